import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { Words } from '../../parts/words.ts';

/** What is wrong with the data of a machine's points, a sentence each; the worst measured point first. */
export const dataSentences = (
  words: Words,
  { points, dataQuality }: Pick<MachineView, 'points' | 'dataQuality'>,
): string[] => {
  const names = new Map(points.map(({ pointId, name }) => [pointId, pointName(words, name)]));
  const worstFirst = [...(dataQuality?.points ?? [])].sort((a, b) => a.score - b.score);
  return worstFirst.flatMap(({ pointId, completeness, knownMissing, faults }) => {
    const point = names.get(pointId) ?? pointId;
    const share = words.percent(completeness ?? 0);
    return faults.map((fault) =>
      fault === 'incomplete' && knownMissing > 0
        ? words.t('data.incompleteKnown', { point, share, lost: words.percent(knownMissing) })
        : words.t(`data.${fault}`, { point, share }),
    );
  });
};
