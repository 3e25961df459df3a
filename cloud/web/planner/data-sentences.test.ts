import { newId } from '@kuluma/shared/model/base.ts';
import { type DataFault, dataFaults } from '@kuluma/shared/model/views/machine.ts';
import { expect, it } from 'vitest';
import en from '../parts/messages/en.json';
import fi from '../parts/messages/fi.json';
import sv from '../parts/messages/sv.json';
import { createWords } from '../parts/words.ts';
import { dataSentences } from './data-sentences.ts';

const pointOf = (name: string, i: number) => ({
  pointId: newId('measurementPoint', () => i / 32),
  name,
  role: 'sensor' as const,
  unit: 'A',
  alarmLimit: null,
  latest: null,
});
const points = [pointOf('motorCurrent', 1), pointOf('speed', 2)] as const;
const quality = (i: 0 | 1, score: number, faults: DataFault[], knownMissing = 0) => ({
  pointId: points[i].pointId,
  score,
  completeness: score,
  knownMissing,
  faults,
});

it('says what is wrong in words, the worst point first', () => {
  const dataQuality = {
    score: 0.6,
    points: [quality(0, 0.8, ['incomplete', 'late']), quality(1, 0.4, ['incomplete'], 0.5)],
  };
  expect(dataSentences(createWords('en', en), { points: [...points], dataQuality })).toEqual([
    'Speed gave only 40% of its usual readings; the gateway reported 50% of the time as lost.',
    'Motor current gave only 80% of its usual readings.',
    'Motor current sent readings over a quarter of an hour late.',
  ]);
});

it('has a sentence for every fault in every language, and none where nothing is wrong', () => {
  for (const words of [createWords('fi', fi), createWords('sv', sv), createWords('en', en)]) {
    const all = { score: 0, points: [quality(0, 0, [...dataFaults])] };
    expect(new Set(dataSentences(words, { points: [...points], dataQuality: all })).size).toBe(dataFaults.length);
    expect(dataSentences(words, { points: [...points], dataQuality: null })).toEqual([]);
  }
});
