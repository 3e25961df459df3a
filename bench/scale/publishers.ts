import type { Sample } from '@kuluma/shared/model/sample.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import type { MqttClient } from 'mqtt';
import { letterOf } from '../../tests/e2e/letters.ts';
import type { TestPlant } from '../../tests/e2e/start-ingest.ts';

const letterEveryMs = 250;

/** Gateways that publish a letter of all their points four times a second, spread over that quarter. */
export class Publishers {
  /** Samples that the broker acknowledged. */
  acknowledged = 0;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #sending = new Set<Promise<void>>();

  start(gateways: readonly { readonly client: MqttClient; readonly plant: TestPlant }[]): void {
    for (const [n, { client, plant }] of gateways.entries()) {
      let seq = 0;
      const begin = (): void => {
        this.#timers.push(setInterval(() => this.#publish(client, plant, seq++), letterEveryMs));
      };
      this.#timers.push(setTimeout(begin, (n * letterEveryMs) / gateways.length));
    }
  }

  #publish(client: MqttClient, { organisationId, gatewayId, pointIds }: TestPlant, seq: number): void {
    const sampledAtMs = Date.now();
    const samples = pointIds.map(
      (pointId, i): Sample => ({ pointId, sampledAtMs, value: (seq % 1000) + i / 8, quality: 'good' }),
    );
    const letter = letterOf({ gatewayId, epoch: 1, class: 'live', seq }, samples, { withTable: seq === 0 });
    const sent = client.publishAsync(topicOf(organisationId, gatewayId, 'live'), letter, { qos: 1 }).then(() => {
      this.acknowledged += samples.length;
      this.#sending.delete(sent);
    });
    this.#sending.add(sent);
  }

  /** Resolves when what was published is acknowledged. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#sending);
  }
}

/** Points that a gateway has to have so that so many of them give so many samples a second. */
export const pointsOfEach = (samplesPerS: number, gateways: number): number =>
  Math.round((samplesPerS * letterEveryMs) / 1000 / gateways);
