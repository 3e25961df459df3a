import { seededRandom } from '@kuluma/shared/clock.ts';
import { expect, it } from 'vitest';
import { statusOf } from '../fixtures/status.ts';
import { faultCounts } from './status-counts.ts';

it("counts silent gateways, failed jobs and everyone's refused messages", () => {
  expect(faultCounts(statusOf(Date.UTC(2026, 10, 22), seededRandom(1)))).toEqual({
    offline: 2,
    failed: 1,
    refused: 42 + 1 + 311,
  });
});
