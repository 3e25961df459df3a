import { dayAfter, mondayOf, weekdayOf } from './zone-time.ts';

export const boardSpans = ['day', 'week', 'twoWeeks'] as const;
export type BoardSpan = (typeof boardSpans)[number];
export const daysOf = { day: 1, week: 7, twoWeeks: 14 } as const satisfies Record<BoardSpan, number>;

/** What the board shows: from which day, and for how long. Weeks begin on Monday. */
export interface BoardRange {
  readonly firstDay: string;
  readonly span: BoardSpan;
}

export const rangeAround = (day: string, span: BoardSpan): BoardRange => ({
  span,
  firstDay: span === 'day' ? day : mondayOf(day),
});

/** The next or the last one; a day steps over the weekend. */
export const stepped = ({ firstDay, span }: BoardRange, by: 1 | -1): BoardRange => {
  if (span !== 'day') return { span, firstDay: dayAfter(firstDay, by * 7) };
  let day = dayAfter(firstDay, by);
  while (weekdayOf(day) > 5) day = dayAfter(day, by);
  return { span, firstDay: day };
};
