import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { inventoryCsv } from './inventory-csv.ts';

it('has a row for each point, with nothing that a spreadsheet would run', () => {
  const point = { pointId: newId('measurementPoint', () => 0.5), role: 'sensor', unit: 'mm/s' } as const;
  const held = {
    ...{ firstAt: '2026-01-01T00:00:00.000Z', lastAt: '2026-02-01T10:00:00.000Z', samples: 44_640 },
    ...{ intervalMs: 60_000.4, emptyDays: 0, longestGap: null },
  };
  const csv = inventoryCsv({
    tag: '=P-1',
    points: [
      { ...point, name: 'drive "end", vibration', held, score: 0.5, faults: ['late', 'stuck'] },
      { ...point, name: 'flow', held: null, score: null, faults: [] },
    ],
  });
  expect(csv.split('\r\n').slice(1)).toEqual([
    `'=P-1,"drive ""end"", vibration",mm/s,${held.firstAt},${held.lastAt},44640,60000,0,,,0.5,late stuck`,
    "'=P-1,flow,mm/s,,,0,,,,,,",
    '',
  ]);
});
