import { newId } from '@kuluma/shared/model/base.ts';
import { type DataFault, dataFaults } from '@kuluma/shared/model/views/machine.ts';
import { expect, it } from 'vitest';
import { wordsEn, wordsFi, wordsSv } from '../../fixtures/words.ts';
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
  expect(dataSentences(wordsEn, { points: [...points], dataQuality })).toEqual([
    'Speed gave only 40% of its usual readings; the gateway reported 50% of the time as lost.',
    'Motor current gave only 80% of its usual readings.',
    'Motor current sent readings over a quarter of an hour late.',
  ]);
});

it('has a sentence for every fault in every language, and none where nothing is wrong', () => {
  for (const words of [wordsFi, wordsSv, wordsEn]) {
    const all = { score: 0, points: [quality(0, 0, [...dataFaults])] };
    expect(new Set(dataSentences(words, { points: [...points], dataQuality: all })).size).toBe(dataFaults.length);
    expect(dataSentences(words, { points: [...points], dataQuality: null })).toEqual([]);
  }
});
