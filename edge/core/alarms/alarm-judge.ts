import type { Id } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent } from '@kuluma/shared/model/gateway-reports.ts';
import type { AlarmCheck } from './alarm-rule.ts';
import { RateOfChange } from './rate-of-change.ts';

/** A limit on one point and how it stands. */
interface Watched {
  readonly check: AlarmCheck;
  readonly rate: RateOfChange | undefined;
  /** The event by which it was raised; undefined while it is not. */
  raised: AlarmEvent | undefined;
  /** Since when the values ask for the other state. */
  turningSinceMs: number | undefined;
}

export interface PointChecks {
  readonly pointId: Id<'measurementPoint'>;
  readonly checks: readonly AlarmCheck[];
}

const keyOf = (pointId: string, rule: string): string => `${pointId} ${rule}`;

/**
 * Holds every value against the limits of its point. An alarm is raised once its limit was passed for as long as the rule
 * asks, and cleared once the value was behind limit and hysteresis for as long (ISA-18.2: on- and off-delay, deadband).
 * A point that gives no value changes nothing: an alarm that stands goes on standing.
 */
export class AlarmJudge {
  readonly #points: ReadonlyMap<string, { lastMs: number; readonly watched: readonly Watched[] }>;

  /** @param standing the events by which alarms were raised that stood when the agent ended: they are not raised again. */
  constructor(points: readonly PointChecks[], standing: readonly AlarmEvent[]) {
    const before = new Map(standing.map((event) => [keyOf(event.pointId, event.rule), event]));
    this.#points = new Map(
      points.map(({ pointId, checks }) => {
        const watched = checks.map((check) => ({
          check,
          rate: check.overMs === undefined ? undefined : new RateOfChange(check.overMs),
          raised: before.get(keyOf(pointId, check.rule)),
          turningSinceMs: undefined,
        }));
        return [pointId, { lastMs: Number.NEGATIVE_INFINITY, watched }];
      }),
    );
  }

  /** The events by which the alarms that stand were raised. */
  get standing(): AlarmEvent[] {
    return [...this.#points.values()].flatMap(({ watched }) => watched.flatMap(({ raised }) => raised ?? []));
  }

  /** What a value of a point changes. Values of bad quality are not to be judged. */
  judge(pointId: Id<'measurementPoint'>, value: number, atMs: number): AlarmEvent[] {
    const point = this.#points.get(pointId);
    if (!point) return [];
    // A clock that was set back: how long something held is not known any more.
    if (atMs < point.lastMs) for (const watched of point.watched) watched.turningSinceMs = undefined;
    point.lastMs = atMs;
    return point.watched.flatMap((watched) => {
      const judged = watched.rate ? watched.rate.add(value, atMs) : value;
      const change = judged === undefined ? undefined : this.#step(watched, judged, atMs);
      if (!change || judged === undefined) return [];
      const { rule, severity, limit } = watched.check;
      const event: AlarmEvent = { pointId, rule, state: change, severity, occurredAtMs: atMs, value: judged, limit };
      watched.raised = change === 'raised' ? event : undefined;
      return [event];
    });
  }

  #step(watched: Watched, value: number, atMs: number): AlarmEvent['state'] | undefined {
    const { sense, limit, hysteresis, delayMs } = watched.check;
    const beyond = sense * (value - limit);
    const isTurning = watched.raised ? beyond < -hysteresis : beyond > 0;
    watched.turningSinceMs = isTurning ? (watched.turningSinceMs ?? atMs) : undefined;
    if (watched.turningSinceMs === undefined || atMs - watched.turningSinceMs < delayMs) return undefined;
    watched.turningSinceMs = undefined;
    return watched.raised ? 'cleared' : 'raised';
  }
}
