import type { Language } from './base.ts';

const locales = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' } as const satisfies Record<Language, string>;

const weekdayFirst = { weekday: 'short', day: 'numeric', month: 'numeric', year: 'numeric' } as const;
const dayOnly = { day: 'numeric', month: 'numeric', year: 'numeric' } as const;
const hourMinute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** `9.00` as people in Finland write it, for `09.00`: the locale data set two digits in some patterns and one in others. */
const bareHour = (text: string): string => text.replace(/\b0(?=\d\.\d\d\b)/g, '');

/** Year, month and day of an instant in a zone. */
const localDayOf = (ms: number, timeZone: string): [number, number, number] => {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, ...dayOnly }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return [part('year'), part('month'), part('day')];
};

/** ISO 8601 week of an instant in a zone: the week that holds the Thursday. */
export const isoWeekOf = (ms: number, timeZone: string): number => {
  const [year, month, day] = localDayOf(ms, timeZone);
  const thursday = new Date(Date.UTC(year, month - 1, day));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - newYear) / 86_400_000 + 1) / 7);
};

/** Calendar day of an instant in a zone, `2026-11-22`. */
export const dayKeyOf = (ms: number, timeZone: string): string => {
  const [year, month, day] = localDayOf(ms, timeZone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
};

/** A day of the calendar, which is the same in every zone, as people write it. */
export const calendarDay = ({ date }: Pick<Format, 'date'>, day: string): string => date(Date.parse(day), 'UTC');

/** Letters of the longest range that fits any line: `12.30–14.30`, `24.–30.11.2026`. */
const mostUnbroken = 14;

/**
 * A short range does not break at all: word joiners around its dash, and no-break spaces where it has spaces. A longer
 * one may break after its dash, as it would else break within a date where the line is shorter than the range.
 */
const unbroken = (range: string): string =>
  range
    .replaceAll(/\s/g, '\u00a0')
    .replace(/(\u00a0?)–(\u00a0?)/, (_, before: string, after: string) =>
      range.length <= mostUnbroken ? `${before}\u2060–\u2060${after}` : `${before}\u2060–${after && ' '}`,
    );

/** Numbers, money and times of one language; instants in epoch ms, zones IANA. */
export interface Format {
  number(value: number, digits?: number): string;
  /** `value` 0..1; what is not quite none or all says so. */
  percent(value: number): string;
  money(cents: number): string;
  /** To the euro, for estimates: cents would claim a precision that they lack. */
  roughMoney(cents: number): string;
  /** `ti 24.11.2026`. */
  day(ms: number, timeZone: string): string;
  /** `24.11.2026`. */
  date(ms: number, timeZone: string): string;
  dayRange(fromMs: number, toMs: number, timeZone: string): string;
  /** `9.00`, in English `09:00`. */
  time(ms: number, timeZone: string): string;
  timeRange(fromMs: number, toMs: number, timeZone: string): string;
  /** Name of the zone as people say it, for when it is not the reader's own. */
  zone(ms: number, timeZone: string): string;
  locale: string;
}

export const createFormat = (language: Language): Format => {
  const locale = locales[language];
  const cache = new Map<string, Intl.DateTimeFormat>();
  const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = JSON.stringify(options);
    const made = cache.get(key) ?? new Intl.DateTimeFormat(locale, options);
    cache.set(key, made);
    return made;
  };
  const english = language === 'en' ? ({ month: 'short' } as const) : {};
  const euro = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
  const wholeEuro = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return {
    locale,
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (value) => {
      if (value > 0 && value < 0.005) return `<\u00a0${percent.format(0.01)}`;
      return value >= 0.995 && value < 1 ? `>\u00a0${percent.format(0.99)}` : percent.format(value);
    },
    money: (cents) => euro.format(cents / 100),
    roughMoney: (cents) => wholeEuro.format(cents / 100),
    day: (ms, timeZone) =>
      dates({ timeZone, ...weekdayFirst, ...english })
        .format(ms)
        .replaceAll(' ', '\u00a0'),
    date: (ms, timeZone) => dates({ timeZone, ...dayOnly, ...english }).format(ms),
    dayRange: (fromMs, toMs, timeZone) =>
      unbroken(dates({ timeZone, ...dayOnly, ...english }).formatRange(fromMs, toMs)),
    time: (ms, timeZone) => bareHour(dates({ timeZone, ...hourMinute }).format(ms)),
    timeRange: (fromMs, toMs, timeZone) =>
      unbroken(bareHour(dates({ timeZone, ...hourMinute }).formatRange(fromMs, toMs))),
    zone: (ms, timeZone) =>
      dates({ timeZone, timeZoneName: 'longGeneric' })
        .formatToParts(ms)
        .find((part) => part.type === 'timeZoneName')?.value ?? timeZone,
  };
};
