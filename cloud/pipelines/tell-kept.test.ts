import { newId } from '@kuluma/shared/model/base.ts';
import type { Kept } from '@kuluma/shared/wire/kept.ts';
import type { RecordKey } from '@kuluma/shared/wire/record.ts';
import { expect, it } from 'vitest';
import type { KnownGateway } from '../ports.ts';
import { KeptTelling } from './tell-kept.ts';

const gatewayOf = (n: number): KnownGateway => ({
  organisationId: newId('organisation', () => 0.5),
  gatewayId: newId('gateway', () => n / 10),
});
const [one, other] = [gatewayOf(1), gatewayOf(2)];
const keyOf = ({ gatewayId }: KnownGateway, seq: number): RecordKey => ({ gatewayId, epoch: 1, class: 'live', seq });
const ranges = (...pairs: [number, number][]) =>
  pairs.map(([first, last]) => ({ epoch: 1, class: 'live', first, last }));

const setUp = () => {
  const sent: [string, Kept['ranges']][] = [];
  const link = { isUp: true };
  const telling = new KeptTelling(async (to, kept) => {
    if (!link.isUp) throw new Error('away');
    sent.push([to.gatewayId, kept.ranges]);
  });
  return { sent, link, telling };
};

it('tells each gateway of its own records, of each once', async () => {
  const { sent, telling } = setUp();
  for (const seq of [1, 2, 4]) telling.kept(one, keyOf(one, seq));
  telling.kept(other, keyOf(other, 9));
  await telling.tell();
  await telling.tell();
  expect(sent).toEqual([
    [one.gatewayId, ranges([1, 2], [4, 4])],
    [other.gatewayId, ranges([9, 9])],
  ]);
});

it('tells again of a record that came again', async () => {
  const { sent, telling } = setUp();
  for (let i = 0; i < 2; i++) {
    telling.kept(one, keyOf(one, 1));
    await telling.tell();
  }
  expect(sent).toHaveLength(2);
});

it('tells with the next what could not be sent', async () => {
  const { sent, link, telling } = setUp();
  link.isUp = false;
  telling.kept(one, keyOf(one, 1));
  await expect(telling.tell()).rejects.toThrow('away');
  link.isUp = true;
  telling.kept(one, keyOf(one, 2));
  await telling.tell();
  expect(sent).toEqual([[one.gatewayId, ranges([1, 2])]]);
});
