import type { OfferView } from '@kuluma/shared/model/views/visit.ts';

type Risk = OfferView['riskOfWaiting'][number];

/** At most `count` points of the risk curve, spread evenly from the first step of waiting to the last. */
export const waitingPoints = (risk: readonly Risk[], count = 4): Risk[] => {
  const later = risk.slice(1);
  if (later.length <= count) return [...later];
  return Array.from({ length: count }, (_, i) => later[Math.round((i * (later.length - 1)) / (count - 1))]).filter(
    (point) => point !== undefined,
  );
};

/** How likely, in a word that people use; the number stands beside it. */
export const riskWord = (probability: number): 'low' | 'some' | 'clear' | 'high' => {
  if (probability < 0.05) return 'low';
  if (probability < 0.2) return 'some';
  return probability < 0.5 ? 'clear' : 'high';
};

/** The last point of waiting up to which a failure stays unlikely; undefined when waiting is a risk from the start. */
export const canWaitUntil = (risk: readonly Risk[]): Risk | undefined => {
  const firstRisky = risk.findIndex(({ failureProbability }) => riskWord(failureProbability) !== 'low');
  const calm = firstRisky === -1 ? risk : risk.slice(0, firstRisky);
  return calm.length > 1 ? calm.at(-1) : undefined;
};
