import './line-list.css';
import './week-control.css';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { DayField } from '../day-field.tsx';
import { rangesOf, withoutRange, withRange } from './days.ts';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';
import { ZoneControl } from './zone-control.tsx';

interface Hours {
  readonly weekday: number;
  readonly from: string;
  readonly to: string;
}
export interface WeekDraft {
  readonly timeZone: string;
  readonly hours: readonly Hours[];
  readonly closedOn: readonly string[];
}

/** ISO weekdays: 1 is Monday. */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
/** 24:00 is the end of a day, which a time field of a browser does not know. */
export const timePattern = '([01]\\d|2[0-3]):[0-5]\\d|24:00';
/** A Monday. */
const someMonday = Date.UTC(2026, 10, 23, 12);
/** What an ISO weekday is called. */
export const weekdayName = (words: Pick<Words, 'language'>, weekday: number, weekdayAs: 'long' | 'short'): string =>
  new Intl.DateTimeFormat(words.language, { weekday: weekdayAs, timeZone: 'UTC' }).format(
    someMonday + (weekday - 1) * dayMs,
  );

/** The hours of a week, and the days on which they do not take place. */
export const WeekControl = ({
  legend,
  off,
  fault,
  value,
  onChange,
}: {
  legend: string;
  off: 'absences' | 'closedDays';
  fault: FieldFault | undefined;
  value: WeekDraft;
  onChange: (value: WeekDraft) => void;
}) => {
  const words = useWords();
  const setHours = (hours: readonly Hours[]) => onChange({ ...value, hours });
  const edit = (span: Hours, change: Partial<Hours>) =>
    setHours(value.hours.map((one) => (one === span ? { ...one, ...change } : one)));
  const add = (weekday: number) => {
    const last = value.hours.filter((one) => one.weekday < weekday).at(-1);
    setHours([...value.hours, { weekday, from: last?.from ?? '07:00', to: last?.to ?? '15:30' }]);
  };
  return (
    <fieldset className="set-up-fieldset">
      <legend>{legend}</legend>
      <div className="set-up-week">
        {weekdays.map((weekday) => {
          const spans = value.hours.filter((one) => one.weekday === weekday);
          const day = weekdayName(words, weekday, 'long');
          return (
            <Fragment key={weekday}>
              <span className="set-up-weekday">{day}</span>
              <div className="set-up-spans">
                {spans.length === 0 && <span className="soft">{words.t(`setUp.week.none.${off}`)}</span>}
                {spans.map((span, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a span has nothing else that stays while it is typed
                  <span className="set-up-span" key={at}>
                    {(['from', 'to'] as const).map((end) => (
                      <TextInput
                        key={end}
                        className="set-up-time"
                        aria-label={words.t(`setUp.week.${end}`, { day })}
                        placeholder={end === 'from' ? '07:00' : '15:30'}
                        pattern={timePattern}
                        title={words.t('setUp.week.pattern')}
                        required
                        value={span[end]}
                        onChange={(event) => edit(span, { [end]: event.currentTarget.value })}
                      />
                    ))}
                    <ActionIcon
                      variant="subtle"
                      size="lg"
                      aria-label={words.t('setUp.week.remove', { day })}
                      title={words.t('setUp.week.remove', { day })}
                      onClick={() => setHours(value.hours.filter((one) => one !== span))}
                    >
                      <IconTrash size={18} aria-hidden="true" />
                    </ActionIcon>
                  </span>
                ))}
                <ActionIcon
                  variant="subtle"
                  size="lg"
                  aria-label={words.t('setUp.week.add', { day })}
                  title={words.t('setUp.week.add', { day })}
                  onClick={() => add(weekday)}
                >
                  <IconPlus size={18} aria-hidden="true" />
                </ActionIcon>
              </div>
            </Fragment>
          );
        })}
      </div>
      <ZoneControl
        label={words.t('setUp.field.timeZone')}
        value={value.timeZone}
        onChange={(timeZone) => onChange({ ...value, timeZone })}
      />
      <DaysOff off={off} days={value.closedOn} onChange={(closedOn) => onChange({ ...value, closedOn })} />
      <FaultLine fault={fault} />
    </fieldset>
  );
};

/** Absences or days when a site is shut, from the first to the last day. */
const DaysOff = ({
  off,
  days,
  onChange,
}: {
  off: 'absences' | 'closedDays';
  days: readonly string[];
  onChange: (days: string[]) => void;
}) => {
  const words = useWords();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const dayText = (day: string) => words.day(Date.parse(`${day}T12:00:00Z`), 'UTC');
  const last = to === '' ? from : to;
  const isRight = from !== '' && last >= from;
  return (
    <fieldset className="set-up-fieldset">
      <legend>{words.t(`setUp.${off}`)}</legend>
      <ul className="set-up-days">
        {rangesOf(days).map((range) => {
          const name = range.from === range.to ? dayText(range.from) : `${dayText(range.from)} – ${dayText(range.to)}`;
          return (
            <li key={range.from}>
              {name}
              <ActionIcon
                variant="subtle"
                size="lg"
                aria-label={words.t('setUp.remove', { name })}
                title={words.t('setUp.remove', { name })}
                onClick={() => onChange(withoutRange(days, range))}
              >
                <IconTrash size={18} aria-hidden="true" />
              </ActionIcon>
            </li>
          );
        })}
        {days.length === 0 && <li className="soft">{words.t(`setUp.${off}.none`)}</li>}
      </ul>
      <div className="set-up-line">
        <DayField label={words.t('setUp.days.from')} value={from} onChange={setFrom} />
        <DayField label={words.t('setUp.days.to')} value={to} min={from} onChange={setTo} />
        <Button
          disabled={!isRight}
          onClick={() => {
            onChange(withRange(days, { from, to: last }));
            setFrom('');
            setTo('');
          }}
        >
          {words.t(`setUp.${off}.add`)}
        </Button>
      </div>
    </fieldset>
  );
};
