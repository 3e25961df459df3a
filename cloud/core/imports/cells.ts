import type { LocalText } from '@kuluma/shared/model/base.ts';
import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { ServiceLevel } from '@kuluma/shared/model/parties.ts';
import type { Overtime, WorkBreak } from '@kuluma/shared/model/stock.ts';
import { isDay, isTimeZone } from '../set-up/checks.ts';

/** How a file writes numbers: a decimal comma is read only where commas do not part the cells. */
export type DecimalSign = '.' | ',';

/** How a cell can be meant; of a list each word of it. */
export type CellForm =
  | 'text'
  | 'textUpTo'
  | 'number'
  | 'numberFrom'
  | 'whole'
  | 'euros'
  | 'oneOf'
  | 'day'
  | 'instant'
  | 'pair'
  | 'zone'
  | 'hours'
  | 'names'
  | 'break'
  | 'overtime'
  | 'serviceLevel';

/** Reads one cell of a column. */
export interface Cell<T> {
  /** Undefined when the text is not what the column wants. */
  readonly read: (text: string, decimalSign: DecimalSign) => T | undefined;
  /** What the column wants, as the end of "..., not ...". */
  readonly wanted: string;
  /** The same for whoever words it in another language. */
  readonly form: CellForm;
  /** What the form measures against: the least number, the words that are allowed. */
  readonly limit?: string | number;
  /** The value of an empty or missing cell; without it the cell must be filled in. */
  readonly empty?: { readonly value: T };
}

/** The same column, which may be left empty. */
export const or = <T, const E>({ empty: _, ...cell }: Cell<T>, value: E): Cell<T | E> => ({
  ...cell,
  empty: { value },
});

export const text: Cell<string> = { read: (given) => given, wanted: 'text', form: 'text' };

/** Text of so many characters at the most. */
export const textUpTo = (most: number): Cell<string> => ({
  read: (given) => (given.length <= most ? given : undefined),
  wanted: `text of at most ${most} characters`,
  form: 'textUpTo',
  limit: most,
});

export const number = (least: number, most: number): Cell<number> => ({
  read: (given, decimalSign) => {
    const plain = (decimalSign === ',' ? given.replace(',', '.') : given).replaceAll(/(?<=\d)[\s\u00a0](?=\d)/g, '');
    const value = /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  },
  ...(Number.isFinite(most)
    ? { wanted: `a number from ${least} to ${most}`, form: 'number', limit: `${least}–${most}` }
    : { wanted: `a number from ${least}`, form: 'numberFrom', limit: least }),
});

export const whole = (least: number): Cell<number> => ({
  read: (given) => (/^[+-]?\d+$/.test(given) && Number(given) >= least ? Number(given) : undefined),
  wanted: `a whole number from ${least}`,
  form: 'whole',
  limit: least,
});

/** An amount in euros, as cents. */
export const euros: Cell<number> = {
  read: (given, decimalSign) => {
    const value = number(0, 1e9).read(given, decimalSign);
    return value === undefined ? undefined : Math.round(100 * value);
  },
  wanted: 'an amount in euros',
  form: 'euros',
};

export const wordOf = <const T extends readonly string[]>(words: T): Cell<T[number]> => ({
  read: (given) => words.find((word) => word === given),
  wanted: `one of ${words.join(', ')}`,
  form: 'oneOf',
  limit: words.join(', '),
});

const quoted = '"(?:[^"]|"")*"';

/** A word of a list or a pair as it is printed: in quotation marks where it could be taken for several. */
export const asWord = (given: string): string =>
  given === '' || /^"|[\s:]/.test(given) ? `"${given.replaceAll('"', '""')}"` : given;

/** The word that was printed; undefined where a quotation has no end, or something behind it. */
const wordIn = (printed: string): string | undefined => {
  if (!printed.startsWith('"')) return printed;
  return new RegExp(`^${quoted}$`).test(printed) ? printed.slice(1, -1).replaceAll('""', '"') : undefined;
};

/** One word of a list. */
export const word: Cell<string> = { ...text, read: wordIn };

const wordsIn = (given: string): string[] => given.match(new RegExp(`${quoted}\\S*|\\S+`, 'g')) ?? [];

/** Words apart by spaces; one of several words stands in quotation marks. */
export const listOf = <T>(cell: Cell<T>): Cell<T[]> => ({
  read: (given, decimalSign) => {
    const values = wordsIn(given).map((one) => cell.read(one, decimalSign));
    return values.every((value) => value !== undefined) ? values : undefined;
  },
  wanted: `a list, apart by spaces, each ${cell.wanted}`,
  form: cell.form,
  ...(cell.limit === undefined ? {} : { limit: cell.limit }),
  empty: { value: [] },
});

export const day: Cell<string> = {
  read: (given) => (isDay(given) ? given : undefined),
  wanted: 'a day such as 2026-11-30',
  form: 'day',
};

/** A day (its beginning in UTC) or an ISO 8601 instant with its zone, as epoch ms from 1970 on. */
export const instant: Cell<number> = {
  read: (given) => {
    const whole = isDay(given) ? `${given}T00:00:00Z` : given;
    const zoned = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(whole) && isDay(whole.slice(0, 10));
    const ms = zoned ? Date.parse(whole) : Number.NaN;
    return ms >= 0 ? ms : undefined;
  },
  wanted: 'a day such as 2026-11-30, or an instant such as 2026-11-30T08:00:00+02:00',
  form: 'instant',
};

/** `word:value`, as `electrical:3`. */
export const pair = <T>(cell: Cell<T>): Cell<{ word: string; value: T }> => ({
  read: (given, decimalSign) => {
    const [, printed = '', rest = ''] = new RegExp(`^(${quoted}|[^":][^:]*):([^:]*)$`).exec(given) ?? [];
    const [named, value] = [wordIn(printed), cell.read(rest, decimalSign)];
    return named === undefined || named === '' || value === undefined ? undefined : { word: named, value };
  },
  wanted: `a word, a colon and ${cell.wanted}`,
  form: 'pair',
  limit: cell.wanted,
});

export const timeZone: Cell<string> = {
  read: (given) => (isTimeZone(given) ? given : undefined),
  wanted: 'an IANA time zone such as Europe/Helsinki',
  form: 'zone',
};

const hoursPattern = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Hours of one weekday: `07:00-11:00 12:00-15:30`, empty for a day off. */
export const hours: Cell<{ from: string; to: string }[]> = listOf({
  read: (given) => {
    const [from = '', to = ''] = given.split('-');
    return hoursPattern.test(given) && from < to ? { from, to } : undefined;
  },
  wanted: 'hours such as 07:00-15:30',
  form: 'hours',
});

/** Names, which may be of several words. */
export const names: Cell<string[]> = {
  read: (given) =>
    given
      .split('/')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  wanted: 'names apart by /',
  form: 'names',
};

/** A break: its minutes, and between when it begins. */
export const dayBreak: Cell<WorkBreak> = {
  read: (given, decimalSign) => {
    const [minutes = '', begins = '', more] = given.split(/\s+/);
    const [length, span] = [whole(1).read(minutes, decimalSign), hours.read(begins, decimalSign)?.[0]];
    return length === undefined || !span || more !== undefined ? undefined : { minutes: length, ...span };
  },
  wanted: 'minutes and between when it begins, such as 30 10:45-12:30',
  form: 'break',
};

/** A whole number and an amount in euros. */
const numberAndEuros = <T>(
  form: 'overtime' | 'serviceLevel',
  wanted: string,
  made: (count: number, cents: number) => T,
): Cell<T> => ({
  read: (given, decimalSign) => {
    const [count = '', amount = '', more] = given.split(/\s+/);
    const [number, cents] = [whole(1).read(count, decimalSign), euros.read(amount, decimalSign)];
    return number === undefined || cents === undefined || more !== undefined ? undefined : made(number, cents);
  },
  wanted,
  form,
});

/** Overtime: the most minutes of a day, and what an hour costs beside the usual. */
export const overtime: Cell<Overtime> = numberAndEuros(
  'overtime',
  'minutes a day at most and euros of an hour beside the usual, such as 90 25.00',
  (minutes, extraPerHourCents) => ({ minutes, extraPerHourCents }),
);

/** A service level: within how many days, and what a breach costs. */
export const serviceLevel: Cell<ServiceLevel> = numberAndEuros(
  'serviceLevel',
  'days and euros of a breach, such as 14 500.00',
  (withinDays, breachCents) => ({ withinDays, breachCents }),
);

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Columns of a calendar: its zone, the hours of each weekday and the days off. */
export const calendarColumns = {
  time_zone: or(timeZone, 'Europe/Helsinki'),
  mon: hours,
  tue: hours,
  wed: hours,
  thu: hours,
  fri: hours,
  sat: hours,
  sun: hours,
  closed_on: listOf(day),
};

type CalendarRow = { readonly [K in (typeof weekdays)[number]]: { from: string; to: string }[] } & {
  readonly time_zone: string;
  readonly closed_on: string[];
};

export const calendarOf = (row: CalendarRow): WorkCalendar => ({
  timeZone: row.time_zone,
  hours: weekdays.flatMap((name, i) => row[name].map((span) => ({ weekday: i + 1, ...span }))),
  closedOn: row.closed_on,
});

/** Columns of a name in three languages; Finnish stands in for the others. */
export const nameColumns = { name_fi: text, name_sv: or(text, ''), name_en: or(text, '') };

export const localTextOf = (row: { name_fi: string; name_sv: string; name_en: string }): LocalText => ({
  fi: row.name_fi,
  sv: row.name_sv || row.name_fi,
  en: row.name_en || row.name_fi,
});

export const locationColumns = { latitude: number(-90, 90), longitude: number(-180, 180) };
