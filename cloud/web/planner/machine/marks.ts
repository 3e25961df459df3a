import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';
import type { TimeWindow } from './time-window.ts';

type Event = MachineView['events'][number];

/** Something that happened, or is booked to happen, at an instant. */
export interface Mark {
  readonly atMs: number;
  readonly kind: Event['kind'] | 'alarm';
  /** What and when, in words. */
  readonly text: string;
}

/** Marks too near each other to be pointed at one by one. */
export interface MarkGroup {
  readonly atMs: number;
  readonly marks: readonly [Mark, ...Mark[]];
}

const eventMark = (words: Words, machine: MachineView, event: Event, timeZone: string): Mark => {
  const component = machine.components.find(({ code }) => code === event.componentCode);
  const atMs = Date.parse(event.at);
  if (event.kind === 'state')
    return {
      atMs,
      kind: event.kind,
      text: words.t(`event.state.${event.code === 'changed' ? 'changed' : 'normal'}`, {
        day: words.day(atMs, timeZone),
      }),
    };
  const text = words.t(`event.${event.kind}`, {
    component: component ? words.own(component.name) : '',
    state: words.coded('eventCode', event.code, event.code),
    day: words.day(atMs, timeZone),
  });
  return { atMs, kind: event.kind, text };
};

/** Everything that the time line marks, oldest first: service, replacements, failures and alarms. */
export const marksOf = (words: Words, machine: MachineView, timeZone: string): Mark[] => {
  const alarms = machine.alarms.map((alarm): Mark => {
    const point = machine.points.find(({ pointId }) => pointId === alarm.pointId);
    const text = words.t('timeLine.alarm', {
      severity: words.t(`alarms.severity.${alarm.severity}`),
      point: point ? pointName(words, point.name) : alarm.pointId,
      moment: momentText(words, alarm.raisedAt, timeZone),
    });
    return { atMs: Date.parse(alarm.raisedAt), kind: 'alarm', text };
  });
  const events = machine.events.map((event) => eventMark(words, machine, event, timeZone));
  return [...events, ...alarms].sort((a, b) => a.atMs - b.atMs);
};

/** The marks in sight, with those nearer to each other than `leastMs` as one. */
export const groupMarks = (marks: readonly Mark[], { fromMs, toMs }: TimeWindow, leastMs: number): MarkGroup[] => {
  const groups: { atMs: number; marks: [Mark, ...Mark[]] }[] = [];
  for (const mark of marks) {
    if (mark.atMs < fromMs || mark.atMs > toMs) continue;
    const last = groups.at(-1);
    if (last && mark.atMs - last.atMs < leastMs) last.marks.push(mark);
    else groups.push({ atMs: mark.atMs, marks: [mark] });
  }
  return groups;
};
