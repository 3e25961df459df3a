import { growthOver } from './growth.ts';

/** A level that drifts, seen through noise: one point of a fleet. Time in the time unit, the rest in units of the level. */
export interface TrendModel {
  /** Variance of one measurement. */
  readonly noise: number;
  /** Variance that the level gains per time, and that its drift gains per time. */
  readonly diffusion: number;
  readonly wander: number;
  /** Drift of a machine before anything of it was seen: mean and variance over the fleet. */
  readonly drift: number;
  readonly driftVariance: number;
  /** Share of itself by which a drift grows per time, and deviation of its logarithm among machines. */
  readonly growth: number;
  readonly growthSpread: number;
}

/** What the rows so far tell of level and drift: means, variances and covariance. */
export interface TrendState {
  readonly level: number;
  readonly drift: number;
  readonly levelVariance: number;
  readonly covariance: number;
  readonly driftVariance: number;
}

/** A measurement further off than so many deviations pulls no more than one as far: spikes are no trend. */
const mostDeviations = 4;

export const beginTrend = (model: TrendModel, value: number): TrendState => ({
  level: value,
  drift: model.drift,
  levelVariance: model.noise,
  covariance: 0,
  driftVariance: model.driftVariance,
});

/** The state `time` later, before anything new was measured. */
export const passTime = (model: TrendModel, state: TrendState, time: number): TrendState => {
  const { level, drift, levelVariance, covariance, driftVariance } = state;
  const { diffusion, wander, growth } = model;
  const grown = growthOver(growth, time);
  return {
    level: level + grown.reach * drift,
    drift: grown.drift * drift,
    levelVariance:
      levelVariance +
      2 * grown.reach * covariance +
      grown.reach ** 2 * driftVariance +
      diffusion * time +
      wander * grown.levelVariance,
    covariance: grown.drift * (covariance + grown.reach * driftVariance) + wander * grown.covariance,
    driftVariance: grown.drift ** 2 * driftVariance + wander * grown.driftVariance,
  };
};

/** The state after a measurement. Source: Kalman filter of a local linear trend, A. Harvey (1989), section 2.3.2. */
export const measure = (model: TrendModel, state: TrendState, value: number): TrendState => {
  const variance = state.levelVariance + model.noise;
  const most = mostDeviations * Math.sqrt(variance);
  const surprise = Math.max(-most, Math.min(most, value - state.level));
  const gain = state.levelVariance / variance;
  const driftGain = state.covariance / variance;
  return {
    level: state.level + gain * surprise,
    drift: state.drift + driftGain * surprise,
    levelVariance: state.levelVariance * (1 - gain),
    covariance: state.covariance * (1 - gain),
    driftVariance: state.driftVariance - driftGain * state.covariance,
  };
};

/** One life of a point: times in the time unit and values, of which some may be NaN. */
export interface TrendPath {
  readonly t: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Calls `visit` at each row with the state after it; undefined until something was measured. */
export const filterTrend = (
  model: TrendModel,
  { t, values }: TrendPath,
  visit: (row: number, state: TrendState | undefined) => void,
): void => {
  let state: TrendState | undefined;
  for (let row = 0; row < t.length; row++) {
    const value = values[row] as number;
    const before = state && passTime(model, state, (t[row] as number) - (t[row - 1] as number));
    state = Number.isFinite(value) ? (before ? measure(model, before, value) : beginTrend(model, value)) : before;
    visit(row, state);
  }
};
