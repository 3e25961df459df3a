/** When a machine's forecasts are reason enough to recommend a service visit. */
export interface ServicePolicy {
  /** Of the failure probability that is watched, in the model's time unit. */
  readonly horizon: number;
  readonly probability: number;
  /** Forecasts in a row at or above the probability: one alone may be noise. */
  readonly rowsInARow: number;
}

/** What the decision reads of a forecast; `life` is null where it abstained. */
export interface DecisionForecast {
  readonly life: {
    readonly failureProbability: readonly { readonly horizon: number; readonly value: number }[];
  } | null;
}

export interface ServiceDecision {
  readonly recommend: boolean;
  /** Position of the first forecast at which the policy was met, -1 when never. */
  readonly since: number;
}

/**
 * Whether the forecasts so far, in time order, meet the policy. A forecast that abstains neither counts nor breaks a
 * row of forecasts that do: not knowing is no sign of health.
 */
export const decideService = (forecasts: readonly DecisionForecast[], policy: ServicePolicy): ServiceDecision => {
  let inARow = 0;
  for (const [i, { life }] of forecasts.entries()) {
    if (!life) continue;
    const risk = life.failureProbability.find(({ horizon }) => horizon === policy.horizon)?.value ?? 0;
    inARow = risk >= policy.probability ? inARow + 1 : 0;
    if (inARow >= policy.rowsInARow) return { recommend: true, since: i };
  }
  return { recommend: false, since: -1 };
};
