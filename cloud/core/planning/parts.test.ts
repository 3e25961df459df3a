import { freshBase } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { idFor, nowMs, origin, partOf } from './fixtures/records.ts';
import { stockLevels } from './parts.ts';

const part = partOf();
const [van, shelf] = [idFor('technician'), idFor('depot')];

it('sums the stock ledger by part and place', () => {
  const movement = (place: typeof van | typeof shelf, quantity: number) => ({
    ...freshBase('stockMovement', origin),
    partId: part.id,
    place,
    quantity,
    reason: 'count' as const,
    causeId: null,
    atMs: nowMs,
  });
  expect(stockLevels([movement(shelf, 5), movement(van, 1), movement(shelf, -2)])).toEqual([
    { partId: part.id, placeId: shelf, quantity: 3 },
    { partId: part.id, placeId: van, quantity: 1 },
  ]);
});
