import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Records, RecordTransaction } from '../ports.ts';
import { GatewayPoints } from './gateway-points.ts';

const random = seededRandom(4);
const organisationId = newId('organisation', random);
const gatewayId = newId('gateway', random);

const assignment = (toMs: number | null): RecordOf<'pointAssignment'> => ({
  ...freshBase('pointAssignment', { organisationId, createdBy: { kind: 'policy', name: 'test' }, nowMs: 0, random }),
  pointId: newId('measurementPoint', random),
  gatewayId,
  source: 's',
  period: { fromMs: 0, toMs },
});

let stored: RecordOf<'pointAssignment'>[];
let reads: number;
let points: GatewayPoints;
/** Only what the points use. */
const records = (): Records => {
  const list = async () => {
    reads++;
    return [...stored];
  };
  const tx = {
    insert: async (_: string, record: RecordOf<'pointAssignment'>) => void stored.push(record),
    update: async (_: string, record: RecordOf<'pointAssignment'>) => {
      stored = stored.map((old) => (old.id === record.id ? record : old));
      return record;
    },
  } as unknown as RecordTransaction;
  return { list, transact: (work: (tx: RecordTransaction) => Promise<unknown>) => work(tx) } as unknown as Records;
};
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  [stored, reads] = [[assignment(null)], 0];
  points = new GatewayPoints(records());
  return () => vi.useRealTimers();
});
const periods = async (inDoubt = false) => [...(await points.of(organisationId, gatewayId, inDoubt)).values()].flat();

it('keeps what it read for some seconds, and less long for who doubts', async () => {
  await periods();
  vi.advanceTimersByTime(14_000);
  await periods();
  expect(reads).toBe(1);
  await periods(true);
  expect(reads).toBe(2);
  vi.advanceTimersByTime(16_000);
  await periods();
  expect(reads).toBe(3);
});

it('sees at once what is changed through the watched records', async () => {
  expect(await periods()).toEqual([{ fromMs: 0, toMs: null }]);
  const [first] = stored as [RecordOf<'pointAssignment'>];
  await points.watched.transact((tx) => tx.update('pointAssignment', { ...first, period: { fromMs: 0, toMs: 7 } }));
  expect(await periods()).toEqual([{ fromMs: 0, toMs: 7 }]);
  await points.watched.transact((tx) => tx.insert('pointAssignment', assignment(9)));
  expect(await periods()).toHaveLength(2);
});

it('does not keep what was read while it was changed', async () => {
  const reading = periods();
  await points.watched.transact((tx) => tx.insert('pointAssignment', assignment(9)));
  await reading;
  expect(await periods()).toHaveLength(2);
});
