import { type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { encodeLetter } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord } from '@kuluma/shared/wire/record.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import type { Clock, KnownGateway } from '../ports.ts';
import type { MetricPoint } from './metric-points.ts';

/** A sample with the place of its point. */
export interface PlacedSample extends Pick<MetricPoint, 'table' | 'index'> {
  readonly sampledAtMs: number;
  readonly value: number;
  readonly quality: SampleQuality;
}

/** Of one record: far below what the wire takes, however badly they pack. */
const mostSamples = 5000;
const tableEveryMs = 10 * minuteMs;

/**
 * Writes the letters of gateways that write none themselves. A key is never used twice: the epoch is the time of this
 * process' start in ms, which no agent comes to, as theirs count seconds.
 */
export class LetterWriter {
  readonly #clock: Clock;
  readonly #epoch: number;
  readonly #nextSeq = new Map<string, number>();
  readonly #tableSentMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#epoch = Math.floor(clock.now());
  }

  /** Letters that hold the samples and, now and then, the tables of their points. */
  write(gateway: KnownGateway, sampleClass: SampleClass, samples: readonly PlacedSample[]): ReceivedLetter[] {
    return [...Map.groupBy(samples, ({ table }) => table).values()].flatMap((ofTable) =>
      Array.from({ length: Math.ceil(ofTable.length / mostSamples) }, (_, i) =>
        this.#letter(gateway, sampleClass, ofTable.slice(i * mostSamples, (i + 1) * mostSamples)),
      ),
    );
  }

  /** The letters did not get through: those that follow hold the tables again. */
  lost({ gatewayId }: KnownGateway): void {
    for (const key of this.#tableSentMs.keys()) if (key.startsWith(gatewayId)) this.#tableSentMs.delete(key);
  }

  #letter(gateway: KnownGateway, sampleClass: SampleClass, samples: readonly PlacedSample[]): ReceivedLetter {
    const { organisationId, gatewayId } = gateway;
    const { table } = samples[0] as PlacedSample;
    const record = encodeRecord({
      key: { gatewayId, epoch: this.#epoch, class: sampleClass, seq: this.#seq(`${gatewayId} ${sampleClass}`) },
      kind: 'samples',
      samples: {
        tableId: table.tableId,
        point: Uint32Array.from(samples, ({ index }) => index),
        sampledAtMs: Float64Array.from(samples, ({ sampledAtMs }) => sampledAtMs),
        value: Float64Array.from(samples, ({ value }) => value),
        quality: Uint8Array.from(samples, ({ quality }) => sampleQualities.indexOf(quality)),
        count: samples.length,
      },
    });
    const tables = this.#isTableDue(`${gatewayId} ${table.tableId}`) ? [table] : [];
    const payload = encodeLetter({ record, tables, restampMs: null });
    return { organisationId, receivedAtMs: this.#clock.now(), payload };
  }

  #seq(log: string): number {
    const seq = this.#nextSeq.get(log) ?? 0;
    this.#nextSeq.set(log, seq + 1);
    return seq;
  }

  #isTableDue(key: string): boolean {
    const nowMs = performance.now();
    const isDue = nowMs - (this.#tableSentMs.get(key) ?? Number.NEGATIVE_INFINITY) >= tableEveryMs;
    if (isDue) this.#tableSentMs.set(key, nowMs);
    return isDue;
  }
}
