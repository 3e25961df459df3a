import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { DataShareGrant } from '@kuluma/shared/model/data-shares.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { isInForce, sharedPoints, sharedRanges, sharedTime } from './share-scope.ts';

const random = seededRandom(1);
const organisationId = newId('organisation', random);
const origin = { organisationId, createdBy: { kind: 'policy', name: 'test' }, nowMs: 0, random } as const;
const [ownerId, machineId, other] = [newId('owner', random), newId('machine', random), newId('machine', random)];
const pointIds = [newId('measurementPoint', random), newId('measurementPoint', random)];
const ownership = { ...freshBase('machineOwnership', origin), machineId, ownerId, period: { fromMs: 100, toMs: 500 } };
const grantOf = (fields: Partial<DataShareGrant> = {}): DataShareGrant => ({
  ...freshBase('dataShareGrant', origin),
  ...{ ownerId, recipientName: 'Analytics Oy', purpose: 'energy advice', machineIds: [machineId], pointIds: null },
  ...{ dataFromMs: null, detail: 'raw', endsAtMs: 1000, revokedAtMs: null, ...fields },
});
const asked = { fromMs: 0, toMs: 2000 };

describe('what an owner shares', () => {
  it('is of the machines that are named, while they are the owner’s, and of no later time', () => {
    expect(sharedRanges(grantOf(), [ownership], machineId, asked)).toEqual([{ fromMs: 100, toMs: 500 }]);
    expect(sharedRanges(grantOf({ dataFromMs: 200, endsAtMs: 300 }), [ownership], machineId, asked)).toEqual([
      { fromMs: 200, toMs: 300 },
    ]);
    expect(sharedRanges(grantOf(), [ownership], other, asked)).toEqual([]);
    expect(sharedRanges(grantOf({ ownerId: newId('owner', random) }), [ownership], machineId, asked)).toEqual([]);
    expect(sharedRanges(grantOf({ dataFromMs: 3000 }), [ownership], machineId, asked)).toEqual([]);
  });

  it('is of the points that are named, or of all that are and come', () => {
    const points = pointIds.map((id) => ({ id }));
    expect(sharedPoints(grantOf(), points)).toEqual(points);
    expect(sharedPoints(grantOf({ pointIds: pointIds.slice(1) }), points)).toEqual(points.slice(1));
  });

  it('is of whole hours that are over where it is sums of hours, whatever time is asked for', () => {
    const hours = grantOf({ detail: 'hours' });
    const nowMs = 9.5 * hourMs;
    const narrow = { fromMs: 2 * hourMs + 1, toMs: 2 * hourMs + 2 };
    expect(sharedTime(hours, narrow, nowMs)).toEqual({ fromMs: 2 * hourMs, toMs: 3 * hourMs });
    expect(sharedTime(hours, { fromMs: 8 * hourMs, toMs: 20 * hourMs }, nowMs).toMs).toBe(9 * hourMs);
    const going = sharedTime(hours, { fromMs: 9.1 * hourMs, toMs: 9.2 * hourMs }, nowMs);
    expect(going).toEqual({ fromMs: 9 * hourMs, toMs: 9 * hourMs });
    expect(sharedTime(grantOf(), narrow, nowMs)).toEqual(narrow);
  });

  it('ends at its end, and at once when it is taken back', () => {
    expect([999, 1000].map((atMs) => isInForce(grantOf(), atMs))).toEqual([true, false]);
    expect(isInForce(grantOf({ revokedAtMs: 5 }), 6)).toBe(false);
  });
});
