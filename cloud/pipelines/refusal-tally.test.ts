import { clockOf, seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { otherNames, RefusalTally } from './refusal-tally.ts';

const random = seededRandom(3);

it('counts messages and samples by gateway and reason, with the last time', () => {
  let nowMs = 1000;
  const tally = new RefusalTally(clockOf(() => nowMs));
  const gatewayId = newId('gateway', random);
  tally.add(gatewayId, 'notFinite', 2);
  nowMs = 2000;
  tally.add(gatewayId, 'notFinite', 3);
  tally.add(gatewayId, 'malformedPayload', 0);
  expect(tally.counts()).toEqual([
    { gatewayId, reason: 'notFinite', messages: 2, samples: 5, lastAtMs: 2000 },
    { gatewayId, reason: 'malformedPayload', messages: 1, samples: 0, lastAtMs: 2000 },
  ]);
});

it('stays small whatever names are tried on it', () => {
  const tally = new RefusalTally(clockOf(() => 0));
  for (let i = 0; i < 3000; i++) tally.add(newId('gateway', random), 'unknownGateway', 0);
  tally.add('x'.repeat(100_000), 'unknownGateway', 0);
  const counts = tally.counts();
  expect(counts.length).toBeLessThan(1100);
  expect(counts.reduce((sum, c) => sum + c.messages, 0)).toBe(3001);
  expect(counts.find((c) => c.gatewayId === otherNames)?.messages).toBe(2001);
});
