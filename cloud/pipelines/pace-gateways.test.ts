import { clockOf, seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Pace } from '@kuluma/shared/wire/pace.ts';
import { beforeEach, expect, it } from 'vitest';
import type { KnownGateway } from '../ports.ts';
import { GatewayPacing } from './pace-gateways.ts';

const random = seededRandom(2);
const someGateway = (): KnownGateway => ({
  organisationId: newId('organisation', random),
  gatewayId: newId('gateway', random),
});
const [one, two, quiet] = [someGateway(), someGateway(), someGateway()];

let nowMs: number;
let lagMs: number;
let sent: [KnownGateway, Pace][];
let pacing: GatewayPacing;
beforeEach(() => {
  [nowMs, lagMs, sent] = [0, 0, []];
  pacing = new GatewayPacing({
    clock: clockOf(() => 1_790_000_000_000 + nowMs),
    monotonicMs: () => nowMs,
    load: () => ({ lagMs, storedPerS: 100_000 }),
    send: async (...message) => void sent.push(message),
  });
});
const tick = async (afterMs = 1000) => {
  nowMs += afterMs;
  sent = [];
  await pacing.tick();
  return sent.map(([{ gatewayId }, { historySamplesPerS }]) => [gatewayId, historySamplesPerS]);
};

it('greets a gateway with its pace and the time', async () => {
  await pacing.greet(one);
  expect(sent).toEqual([[one, { historySamplesPerS: null, nowMs: 1_790_000_000_000 }]]);
});

it('tells each gateway soon after it is first heard, then every minute, until it is silent', async () => {
  pacing.heard(one, false);
  expect(await tick()).toEqual([[one.gatewayId, null]]);
  expect(await tick()).toEqual([]);
  expect(await tick(60_000)).toEqual([[one.gatewayId, null]]);
  expect(await tick(600_000)).toEqual([]);
  expect(await tick(60_000)).toEqual([]);
});

it('shares a limit evenly between those that send history, tells them at once, and lifts it again', async () => {
  pacing.heard(quiet, false);
  for (const gateway of [one, two]) pacing.heard(gateway, true);
  await tick();
  lagMs = 5000;
  expect(await tick()).toEqual([
    [one.gatewayId, 35_000],
    [two.gatewayId, 35_000],
  ]);
  lagMs = 500;
  expect(await tick()).toEqual([]);
  lagMs = 0;
  let told = await tick();
  for (let i = 0; i < 40 && told[0]?.[1] !== null; i++) {
    for (const gateway of [one, two]) pacing.heard(gateway, true);
    told = await tick();
  }
  expect(told).toContainEqual([one.gatewayId, null]);
});
