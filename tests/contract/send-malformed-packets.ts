import type { Random } from '@kuluma/shared/clock.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { letterOf } from '../e2e/letters.ts';
import { addPlant, type RunningIngest, token } from '../e2e/start-ingest.ts';
import { MqttTalker } from '../mqtt-talker.ts';
import { type Attacked, malformedPacket } from './malformed-packets.ts';

/** Whole packets that are sent before the answers are waited for. */
const burst = 16;

export interface AfterPackets {
  readonly connections: number;
  /** What the broker sent that is no MQTT. */
  readonly faults: readonly string[];
  /** Samples that came to stand at points of somebody else. */
  readonly foreignSamples: number;
  /** Whether a right letter was acknowledged and stored afterwards. */
  readonly isWell: boolean;
}

const signIn = async (port: number, { own }: Attacked, random: Random): Promise<MqttTalker> => {
  const login = { clientId: own.gatewayId, username: own.gatewayId, password: Buffer.from(token) };
  const { talker } = await MqttTalker.signedIn(port, { ...login, clean: random() < 0.5 });
  return talker;
};

/** Sends packets of one gateway to the broker of a running ingest, signing in again wherever that ended the connection. */
export const sendMalformedPackets = async (
  { ingest, records, timeSeries }: RunningIngest,
  count: number,
  random: Random,
): Promise<AfterPackets> => {
  const attacked: Attacked = { own: await addPlant(records, 3), foreign: await addPlant(records, 3) };
  const { organisationId, gatewayId, pointIds } = attacked.own;
  const port = Number(new URL(ingest.url()).port);
  let connections = 1;
  const faults: string[] = [];
  let talker = await signIn(port, attacked, random);
  for (let n = 0; n < count; n++) {
    const { bytes, isWhole } = malformedPacket(attacked, random, n);
    talker.sendBytes(bytes);
    // What it waits for after a broken frame may never come.
    if (!isWhole) await talker.hangUp();
    else if (n % burst === 0) await talker.heard();
    if (!talker.isClosed) continue;
    connections++;
    if (talker.fault) faults.push(talker.fault);
    talker = await signIn(port, attacked, random);
  }
  await talker.cut();
  await ingest.settled();

  const samples = pointIds.map((pointId) => ({
    pointId,
    sampledAtMs: Date.UTC(2026, 0, 1),
    value: 1,
    quality: 'good' as const,
  }));
  const last = await signIn(port, attacked, random);
  const payload = letterOf({ gatewayId, epoch: 2, class: 'live', seq: 0 }, samples);
  last.send({
    ...{ cmd: 'publish', qos: 1, messageId: 1, retain: false, dup: false },
    topic: topicOf(organisationId, gatewayId, 'live'),
    payload,
  });
  const { messageId } = await last.next('puback');
  await last.cut();
  await ingest.settled();
  const always = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };
  const storedAt = async (plant: Attacked['own'], within: { fromMs: number; toMs: number }) => {
    let stored = 0;
    for (const pointId of plant.pointIds)
      stored += (await timeSeries.read({ organisationId: plant.organisationId, pointId, ...within }, { limit: 1e6 }))
        .length;
    return stored;
  };
  const at = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 0, 1) + 1 };
  return {
    connections,
    faults,
    foreignSamples: await storedAt(attacked.foreign, always),
    isWell: messageId === 1 && (await storedAt(attacked.own, at)) === pointIds.length,
  };
};
