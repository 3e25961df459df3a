import type { AlarmRecord } from '@kuluma/shared/model/gateway-reports.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';

type Alarm = MachineView['alarms'][number];

const mostAlarms = 50;

/**
 * The events of gateways as alarms, each with the end that followed: those that stand first, then the newest. An event
 * that a gateway said twice counts once; an end whose beginning is not among the events is left out.
 */
export const alarmsOf = (events: readonly AlarmRecord[]): Alarm[] => {
  const open = new Map<string, Alarm>();
  const over: Alarm[] = [];
  for (const event of [...events].sort((a, b) => a.occurredAtMs - b.occurredAtMs)) {
    const key = `${event.pointId} ${event.rule}`;
    const standing = open.get(key);
    if (event.state === 'raised' && !standing) {
      const { pointId, rule, severity, value, limit, occurredAtMs } = event;
      open.set(key, { pointId, rule, severity, value, limit, raisedAt: isoOf(occurredAtMs), clearedAt: null });
    } else if (event.state === 'cleared' && standing) {
      open.delete(key);
      over.push({ ...standing, clearedAt: isoOf(event.occurredAtMs) });
    }
  }
  const newestFirst = (a: Alarm, b: Alarm) => b.raisedAt.localeCompare(a.raisedAt);
  return [...[...open.values()].sort(newestFirst), ...over.sort(newestFirst)].slice(0, mostAlarms);
};
