import type { FeatureKind } from './feature-kind.ts';
import type { Boosted } from './gradient-boosting.ts';
import type { ForecastModel, TargetModel } from './model.ts';
import { commonFeatures, sensorFeatures } from './signal-window.ts';

/** One reason behind a forecast: what about a point moved the remaining life away from the average. */
export interface Driver {
  readonly point: string;
  readonly kind: FeatureKind;
  /** The point's value against what is typical in training. */
  readonly direction: 'up' | 'down';
  readonly effect: 'shortens' | 'extends';
  /** Part of all contributions, 0 to 1. */
  readonly share: number;
}

const mostDrivers = 5;

/**
 * Contribution of each feature to one prediction: along the path of each tree the change of the node value goes to the
 * feature that split. Source: A. Saabas, Interpreting random forests (2014).
 */
const contributionsOf = (members: readonly Boosted[], bins: Uint8Array): Float64Array => {
  const contributions = new Float64Array(bins.length);
  for (const { trees } of members)
    for (const { feature, bin, left, right, value } of trees) {
      let node = 0;
      let split = feature[0] as number;
      while (split >= 0) {
        const next = ((bins[split] as number) <= (bin[node] as number) ? left[node] : right[node]) as number;
        contributions[split] =
          (contributions[split] as number) + ((value[next] as number) - (value[node] as number)) / members.length;
        node = next;
        split = feature[node] as number;
      }
    }
  return contributions;
};

interface PointBehind {
  readonly point: string;
  /** Its part of the feature's contribution. */
  readonly part: number;
  /** The feature that tells whether the point is up or down. */
  readonly shown: number;
}

/** The points behind a feature: a common component is shared out by its squared loadings. */
const pointsBehind = (model: ForecastModel, feature: number): PointBehind[] => {
  const { sensors, components } = model.signals;
  const intoCommon = feature - sensors.length * sensorFeatures.length;
  const loading = intoCommon >= 0 ? components[Math.floor(intoCommon / commonFeatures.length)] : undefined;
  if (!loading) return [{ point: model.features.features[feature]?.point ?? '', part: 1, shown: feature }];
  return loading.map((weight, s) => ({
    point: model.points[sensors[s] as number]?.name ?? '',
    part: weight * weight,
    shown: s * sensorFeatures.length,
  }));
};

/** The strongest reasons of one forecast, largest share first. `values` and `bins` are its feature vector, raw and binned. */
export const driversOf = (
  model: ForecastModel,
  target: TargetModel,
  values: Float64Array,
  bins: Uint8Array,
): Driver[] => {
  const groups = new Map<string, { point: string; kind: FeatureKind; up: number; effect: number; size: number }>();
  let total = 0;
  contributionsOf(target.members, bins).forEach((contribution, f) => {
    const kind = model.features.features[f]?.kind;
    if (contribution === 0 || !kind) return;
    for (const { point, part, shown } of pointsBehind(model, f)) {
      const group = groups.get(`${point} ${kind}`) ?? { point, kind, up: 0, effect: 0, size: 0 };
      const amount = contribution * part;
      const typical = target.typical[shown] ?? 0;
      group.up += ((values[shown] as number) >= typical ? 1 : -1) * Math.abs(amount);
      group.effect += amount;
      group.size = Math.abs(group.effect);
      groups.set(`${point} ${kind}`, group);
    }
  });
  for (const group of groups.values()) total += group.size;
  return [...groups.values()]
    .filter((group) => group.size > 0)
    .sort((a, b) => b.size - a.size || (a.point < b.point ? -1 : 1))
    .slice(0, mostDrivers)
    .map(({ point, kind, up, effect, size }) => ({
      point,
      kind,
      direction: up >= 0 ? 'up' : 'down',
      effect: effect < 0 ? 'shortens' : 'extends',
      share: size / total,
    }));
};
