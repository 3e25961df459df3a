import type { Deviation } from './deviation.ts';
import type { MovementModel } from './movement.ts';
import type { StateFeatures } from './state-features.ts';
import type { Deviates } from './state-switch.ts';

export type StateDriverKind = 'level' | 'movement' | 'change';

/** One reason for a score: a signal, and how it differs from the healthy state. */
export interface StateDriver {
  /** Position among the watched signals. */
  readonly signal: number;
  readonly kind: StateDriverKind;
  /**
   * Of a level: how far it is above what the other signals let expect, in the signal's unit. Of a movement about the level
   * and of a change from row to row: how many times its healthy size.
   */
  readonly amount: number;
  /** Share of the evidence against the healthy state. */
  readonly share: number;
}

const mostDrivers = 3;
/** Share of the evidence below which a signal tells nothing. */
const leastShare = 0.03;

/**
 * Evidence along principal directions by signal, shared out by squared loading, and how many times its healthy size each
 * signal's movement is. Source: P. Miller, R. Swanson and C. Heckler, Contribution plots: a missing link in multivariate
 * quality control, Applied Mathematics and Computer Science 8 (1998).
 */
const alongDirections = ({ vectors, variances }: MovementModel, evidence: Float64Array, logPowers: Float64Array) =>
  variances.map((_, signal) => {
    let [told, power, healthy] = [0, 0, 0];
    for (const [k, vector] of vectors.entries()) {
      const loading = (vector[signal] as number) ** 2;
      const usual = loading * (variances[k] as number);
      told += loading * (evidence[k] as number);
      power += usual * Math.exp(logPowers[k] as number);
      healthy += usual;
    }
    return { evidence: told, amount: Math.sqrt(power / healthy) };
  });

/**
 * The few signals that say most of why a row is unlike the healthy state, the strongest first.
 * @param deviates of the row as they were judged, by kind in the order levels, powers, changes.
 */
export const stateDrivers = (
  features: StateFeatures,
  deviations: Readonly<Record<keyof StateFeatures, Deviation>>,
  deviates: Deviates,
  model: MovementModel,
): StateDriver[] => {
  const evidence = (kind: keyof StateFeatures, k: number) =>
    deviations[kind].evidenceByFeature(deviates[k] as Float64Array);
  // In units of the signal, however mildly the deviates were judged.
  const expected = deviations.levels.expected(deviations.levels.deviatesOf(features.levels));
  const levels = Array.from(evidence('levels', 0), (told, i) => ({
    evidence: told,
    amount: (features.levels[i] as number) - (expected[i] as number),
  }));
  const all = {
    level: levels,
    movement: alongDirections(model, evidence('powers', 1), features.powers),
    change: alongDirections(model, evidence('changes', 2), features.changes),
  } satisfies Record<StateDriverKind, unknown>;
  const told = (['level', 'movement', 'change'] as const).flatMap((kind) =>
    all[kind].map((one, signal) => ({ signal, kind, ...one })),
  );
  const total = told.reduce((sum, one) => sum + one.evidence, 0);
  return told
    .map(({ evidence: own, ...one }) => ({ ...one, share: own / total }))
    .filter(({ share }) => share >= leastShare)
    .sort((a, b) => b.share - a.share)
    .slice(0, mostDrivers);
};
