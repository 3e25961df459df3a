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
