import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@kuluma/shared/clock.ts';
import { asAppError } from '@kuluma/shared/errors.ts';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import { AlarmEvent, type Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { SnapshotRequest } from '@kuluma/shared/wire/snapshot-request.ts';
import { Type } from 'typebox';
import { AlarmJudge } from './core/alarms/alarm-judge.ts';
import type { AlarmCheck } from './core/alarms/alarm-rule.ts';
import type { Reading, WantedPoint } from './core/judge-reading.ts';
import type { Outbox, RawWaveform } from './ports.ts';

/** A point with rules or a raw signal, and where that is had. */
export interface AlarmPoint {
  /** Device and point as the configuration and the profile spell them. */
  readonly device: string;
  readonly name: string;
  readonly wanted: WantedPoint;
  readonly checks: readonly AlarmCheck[];
  waveform(): RawWaveform | undefined;
}

export interface AlarmWatchDeps {
  readonly points: readonly AlarmPoint[];
  readonly outbox: Pick<Outbox, 'acceptAlarms' | 'acceptWaveform' | 'flush'>;
  readonly dataDir: string;
  /** Shortest product time from one raw signal of a channel, sent along with an alarm, to the next. */
  readonly snapshotEveryMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const Standing = Type.Array(AlarmEvent);
/** People who ask twice get the second answer a little later. */
const requestEveryMs = 10_000;

const littleEndian = (values: Float32Array): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return new Uint8Array(view.buffer);
};

/**
 * Holds what is read against the alarm rules, before report by exception leaves anything out. Which alarms stand is kept
 * in `alarms.json`, written after the outbox has the event: a restart raises nothing again that was raised, and an agent
 * that is killed between the two says an event twice rather than never.
 */
export class AlarmWatch implements Part {
  readonly name = 'alarms';
  readonly #deps: AlarmWatchDeps;
  /** By device, then by name: every value that is read comes by here. */
  readonly #points = new Map<string, Map<string, AlarmPoint>>();
  readonly #snapshotMs = new Map<string, number>();
  #judge: AlarmJudge;
  #keeping: Promise<void> = Promise.resolve();

  constructor(deps: AlarmWatchDeps) {
    this.#deps = deps;
    for (const point of deps.points)
      this.#points.set(point.device, (this.#points.get(point.device) ?? new Map()).set(point.name, point));
    this.#judge = this.#judgeWith([]);
  }

  #judgeWith(standing: readonly AlarmEvent[]): AlarmJudge {
    return new AlarmJudge(
      this.#deps.points.map(({ wanted: { pointId }, checks }) => ({ pointId, checks })),
      standing,
    );
  }

  /** Alarms that stand now. */
  get standing(): number {
    return this.#judge.standing.length;
  }

  /** Goes on where the last run ended. An alarm whose rule is no more is cleared: nobody would ever do so again. */
  async start(): Promise<void> {
    const before = await this.#readStanding();
    this.#judge = this.#judgeWith(before);
    const { standing } = this.#judge;
    const orphans = before.filter((event) => !standing.includes(event));
    if (orphans.length === 0) return;
    const occurredAtMs = this.#deps.clock.now();
    this.#tell(orphans.map((event) => ({ ...event, state: 'cleared', occurredAtMs })));
  }

  async #readStanding(): Promise<readonly AlarmEvent[]> {
    const { dataDir, log } = this.#deps;
    try {
      return parse(Standing, JSON.parse(await readFile(join(dataDir, 'alarms.json'), 'utf8')), 'alarms.json');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      log.warn({ err: asAppError(error) }, 'cannot tell which alarms stood; those that still hold are raised again');
      return [];
    }
  }

  /** Judges what a device gave. Values outside the range of their point are faults of the sensor and say nothing. */
  watch(device: string, reading: Reading): void {
    const points = this.#points.get(device);
    if (!points) return;
    for (const [name, value] of reading.values) {
      const point = points.get(name);
      if (!point || !(value >= point.wanted.min && value <= point.wanted.max) || !Number.isFinite(value)) continue;
      const events = this.#judge.judge(point.wanted.pointId, value, reading.sampledAtMs);
      if (events.length === 0) continue;
      this.#tell(events);
      const raised = events.find((event) => event.state === 'raised');
      if (raised) this.#snapshot(point, 'alarm', raised.occurredAtMs);
    }
  }

  #tell(events: readonly AlarmEvent[]): void {
    const { outbox, log } = this.#deps;
    for (const { pointId, rule, state, value, limit } of events)
      log.warn({ pointId, rule, state, value, limit }, 'alarm');
    outbox.acceptAlarms(events);
    this.#keeping = this.#keeping.then(() => this.#keep());
  }

  /** Writes down which alarms stand, once the outbox has the events that made it so. */
  async #keep(): Promise<void> {
    const { outbox, dataDir, log } = this.#deps;
    try {
      await outbox.flush();
      await replaceFile(join(dataDir, 'alarms.json'), `${JSON.stringify(this.#judge.standing)}\n`);
    } catch (error) {
      // The next change writes it again; until then a restart could say an event twice.
      log.error({ err: asAppError(error) }, 'cannot keep which alarms stand');
    }
  }

  /** The cloud wants the raw signal behind a point; see snapshot-request.ts. What cannot be given is logged. */
  request(payload: Uint8Array): void {
    const { points, clock, log } = this.#deps;
    try {
      const { pointId } = parse(SnapshotRequest, JSON.parse(Buffer.from(payload).toString()), 'the request');
      const point = points.find(({ wanted }) => wanted.pointId === pointId);
      const isSent = point !== undefined && this.#snapshot(point, 'request', clock.now());
      if (!isSent) log.warn({ pointId }, 'no raw signal to send, or one was sent just now');
    } catch (error) {
      log.warn({ err: asAppError(error) }, 'cannot read what the cloud asks for');
    }
  }

  /** Sends the raw signal behind a point, unless one of the same channel went lately for the same reason. */
  #snapshot({ device, wanted, waveform }: AlarmPoint, trigger: Waveform['trigger'], nowMs: number): boolean {
    const raw = waveform();
    if (!raw) return false;
    const key = `${device}/${raw.channel}/${trigger}`;
    const lastMs = this.#snapshotMs.get(key);
    const everyMs = trigger === 'alarm' ? this.#deps.snapshotEveryMs : requestEveryMs;
    if (lastMs !== undefined && Math.abs(nowMs - lastMs) < everyMs) return false;
    this.#snapshotMs.set(key, nowMs);
    const { sampledAtMs, sampleRateHz, unit, values } = raw;
    const about = { pointId: wanted.pointId, sampledAtMs, sampleRateHz, unit, trigger };
    this.#deps.outbox.acceptWaveform({ ...about, values: littleEndian(values) });
    return true;
  }

  async stop(): Promise<void> {
    await this.#keeping;
  }
}
