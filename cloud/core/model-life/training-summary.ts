import type { ForecastModel } from '../forecast/model.ts';
import type { FleetHistory, TimeUnit } from '../history/fleet-history.ts';
import { livesOf } from '../history/lives.ts';
import type { ScoredPair } from './comparison.ts';
import { type HeldOut, lifeKey } from './held-out.ts';
import { type InputProfile, learnInputProfile } from './input-profile.ts';
import { type FailureLibrary, learnFailures } from './past-failures.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';

export interface ComponentSummary {
  readonly component: string;
  /** By what never saw the machine; lengths of time in the time unit. Null where nothing was judged so. */
  readonly heldOut: Reliability | null;
  readonly inputs: InputProfile;
  readonly failures: FailureLibrary;
}

/** What a training saw and what it was worth: kept beside the model. */
export interface TrainingSummary {
  readonly format: 'kuluma-training-summary/1';
  readonly timeUnit: TimeUnit;
  readonly machines: number;
  /** First and last time of any row, where times are instants: days since the epoch; else null. */
  readonly days: { readonly from: number; readonly to: number } | null;
  readonly components: readonly ComponentSummary[];
  /** Lives that neither the model then in service nor what is held against it had seen; its hash says which it was. */
  readonly against: { readonly modelHash: string; readonly pairs: readonly ScoredPair[] } | null;
  /** Every life that taught the model, as `lifeKey` names it. */
  readonly taughtBy: readonly string[];
}

const daysOf = ({ meta, machines }: FleetHistory): TrainingSummary['days'] => {
  if (meta.timeUnit !== 'iso') return null;
  const known = machines.filter(({ t }) => t.length > 0);
  const from = Math.min(...known.map(({ t }) => t[0] as number));
  return Number.isFinite(from) ? { from, to: Math.max(...known.map(({ t }) => t.at(-1) as number)) } : null;
};

export const summariseTraining = (
  model: ForecastModel,
  history: FleetHistory,
  heldOut: readonly HeldOut[],
  presentHash: string | null,
): TrainingSummary => ({
  format: 'kuluma-training-summary/1',
  timeUnit: model.timeUnit,
  machines: history.machines.length,
  days: daysOf(history),
  components: model.targets.map(({ component }) => {
    const scored = heldOut.find((one) => one.component === component);
    return {
      component,
      heldOut: scored ? reliabilityOf(scored.sources) : null,
      inputs: learnInputProfile(model, component, history),
      failures: learnFailures(model, component, history),
    };
  }),
  against: presentHash === null ? null : { modelHash: presentHash, pairs: heldOut.flatMap(({ pairs }) => pairs) },
  taughtBy: model.targets.flatMap(({ component }) =>
    history.machines.flatMap((machine) =>
      livesOf(machine, component).map(({ endT }) => lifeKey(machine.machine, component, endT)),
    ),
  ),
});
