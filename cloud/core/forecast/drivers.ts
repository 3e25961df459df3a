import type { FeatureKind } from './inputs/feature-kind.ts';
import type { LearntSection } from './inputs/section.ts';
import { commonFeatures, sensorFeatures } from './inputs/signal-window.ts';
import type { Reasons } from './method.ts';
import type { ForecastModel } from './model.ts';

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

interface PointBehind {
  readonly point: string;
  /** Its part of the feature's contribution. */
  readonly part: number;
  /** The feature that tells whether the point is up or down. */
  readonly shown: number;
}

/** The points behind an input: a common component of the window features is shared out by its squared loadings. */
const pointsBehind = (model: ForecastModel, { name, inputs }: SectionInputs, input: number): PointBehind[] => {
  const { sensors, components } = model.signals;
  const intoCommon = name === 'features' ? input - sensors.length * sensorFeatures.length : -1;
  const loading = intoCommon >= 0 ? components[Math.floor(intoCommon / commonFeatures.length)] : undefined;
  if (!loading) return [{ point: inputs[input]?.point ?? '', part: 1, shown: input }];
  return loading.map((weight, s) => ({
    point: model.points[sensors[s] as number]?.name ?? '',
    part: weight * weight,
    shown: s * sensorFeatures.length,
  }));
};

/** By model and section: a fleet is explained a thousand times by one model. */
const behindOf = new WeakMap<ForecastModel, Map<string, readonly PointBehind[][]>>();

const allPointsBehind = (model: ForecastModel, section: SectionInputs): readonly PointBehind[][] => {
  const ofModel = behindOf.get(model) ?? new Map<string, readonly PointBehind[][]>();
  behindOf.set(model, ofModel);
  const known = ofModel.get(section.name) ?? section.inputs.map((_, input) => pointsBehind(model, section, input));
  ofModel.set(section.name, known);
  return known;
};

/** What one kind of feature of one point says. */
interface Group {
  readonly point: string;
  readonly kind: FeatureKind;
  up: number;
  effect: number;
  size: number;
}

/** Groups in the order in which they came up. */
const createGroups = () => {
  const all: Group[] = [];
  const byKind = new Map<FeatureKind, Map<string, Group>>();
  return {
    all: all as readonly Group[],
    of: (kind: FeatureKind): ((point: string) => Group) => {
      const byPoint = byKind.get(kind) ?? new Map<string, Group>();
      byKind.set(kind, byPoint);
      return (point) => {
        const known = byPoint.get(point);
        if (known) return known;
        const group = { point, kind, up: 0, effect: 0, size: 0 };
        byPoint.set(point, group);
        all.push(group);
        return group;
      };
    },
  };
};

/** One section of a forecast's input, and what a method that read it says moved the life. */
export interface Explained {
  readonly section: SectionInputs;
  readonly values: Float64Array;
  readonly reasons: Reasons;
  /** Weight of the method in the blend. */
  readonly weight: number;
}

type SectionInputs = Pick<LearntSection, 'name' | 'inputs'>;

/** The strongest reasons of one forecast, largest share first. */
export const driversOf = (model: ForecastModel, explained: readonly Explained[]): Driver[] => {
  const groups = createGroups();
  let total = 0;
  for (const { section, values, reasons, weight } of explained) {
    const behind = allPointsBehind(model, section);
    reasons.contributions.forEach((contribution, f) => {
      const kind = section.inputs[f]?.kind;
      if (contribution === 0 || !kind) return;
      const groupOf = groups.of(kind);
      for (const { point, part, shown } of behind[f] ?? []) {
        const group = groupOf(point);
        const amount = weight * contribution * part;
        const typical = reasons.typical[shown] ?? 0;
        group.up += ((values[shown] as number) >= typical ? 1 : -1) * Math.abs(amount);
        group.effect += amount;
        group.size = Math.abs(group.effect);
      }
    });
  }
  for (const group of groups.all) total += group.size;
  return groups.all
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
