import { type LifeScore, releaseGate } from '@kuluma/shared/model/model-life.ts';
import { decisiveEvidence, evidenceAbove } from './e-process.ts';

export interface OutcomeDrift {
  /** Lives that fall outside their bands too often, alerts that find nothing, failures that come unannounced. */
  readonly claim: 'coverage80' | 'alertPrecision' | 'alertRecall';
  readonly lives: number;
  readonly evidence: number;
  readonly drifted: boolean;
}

/** Share of a life's forecasts that lay outside: of a replaced life only those that are known to. */
const outsideShare = ({ endedBy, forecasts, inside80, outside80 }: LifeScore): number | null => {
  const of = endedBy === 'failure' ? inside80 + outside80 : forecasts;
  return of > 0 ? outside80 / of : null;
};

const judge = (claim: OutcomeDrift['claim'], values: readonly (number | null)[], most: number): OutcomeDrift => {
  const known = values.filter((value) => value !== null);
  const evidence = evidenceAbove(known, most);
  return { claim, lives: known.length, evidence, drifted: evidence >= decisiveEvidence };
};

/** Whether matured forecasts say that the model no longer holds what it promised. @param lives in the order of their ends. */
export const outcomeDriftOf = (lives: readonly LifeScore[]): OutcomeDrift[] => [
  judge('coverage80', lives.map(outsideShare), 0.2),
  judge(
    'alertPrecision',
    lives.map(({ alert }) => (alert === 'falseAlarm' ? 1 : alert === 'caught' ? 0 : null)),
    1 - releaseGate.floor,
  ),
  judge(
    'alertRecall',
    lives.map(({ alert, endedBy }) => (alert === 'caught' ? 0 : endedBy === 'failure' ? 1 : null)),
    1 - releaseGate.floor,
  ),
];
