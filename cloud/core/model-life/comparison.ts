import { decisiveEvidence, evidenceAbove } from './e-process.ts';

/** What one ended life cost two forecasters by the same proper score; neither had seen the machine's end. */
export interface ScoredPair {
  readonly machine: string;
  readonly present: number;
  readonly candidate: number;
}

export interface Comparison {
  readonly lives: number;
  readonly machines: number;
  /** Mean over lives of (present - candidate) / (present + candidate): above 0 the candidate is better; null without lives. */
  readonly gain: number | null;
  /** Evidence against "the candidate is no better" and against "the candidate is no worse"; `decisiveEvidence` decides. */
  readonly evidenceBetter: number;
  readonly evidenceWorse: number;
  readonly verdict: 'better' | 'worse' | 'open';
}

/** On fewer machines a peculiarity of one of them would decide. */
export const leastMachines = 4;

/** Relative difference in -1 to 1, so that one long life outweighs no other. */
const gainOf = ({ present, candidate }: ScoredPair): number =>
  present + candidate > 0 ? (present - candidate) / (present + candidate) : 0;

/**
 * Whether a candidate forecasts better than the present model, from lives in the order of their ends. It may be asked
 * after every life: the evidence holds at any time.
 */
export const compareForecasters = (pairs: readonly ScoredPair[]): Comparison => {
  const gains = pairs.map(gainOf);
  const machines = new Set(pairs.map(({ machine }) => machine)).size;
  const evidenceBetter = evidenceAbove(
    gains.map((gain) => (1 + gain) / 2),
    0.5,
  );
  const evidenceWorse = evidenceAbove(
    gains.map((gain) => (1 - gain) / 2),
    0.5,
  );
  const gain = gains.length > 0 ? gains.reduce((sum, one) => sum + one, 0) / gains.length : null;
  const enough = machines >= leastMachines;
  const better = enough && evidenceBetter >= decisiveEvidence && (gain ?? 0) > 0;
  const worse = enough && evidenceWorse >= decisiveEvidence && (gain ?? 0) < 0;
  const verdict = better ? 'better' : worse ? 'worse' : 'open';
  return { lives: pairs.length, machines, gain, evidenceBetter, evidenceWorse, verdict };
};
