import type { FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import type { Life } from '../../history/lives.ts';
import { createDutyWriter, type DutySpec, dutyFeatures, learnDuty } from './duty-features.ts';
import type { FeatureKind } from './feature-kind.ts';
import { commonFeatures, createSignalWindows, sensorFeatures } from './signal-window.ts';
import type { SignalSpec, Signals } from './signals.ts';

/** What a feature measures: shown to people as a driver, and the family by which validation chooses features. */
export interface FeatureInfo {
  readonly name: string;
  readonly point: string;
  readonly kind: FeatureKind;
  /** The component that it tells of; any when not given. */
  readonly component?: string;
}

/** Everything besides the signals that a feature needs; learnt from the training fleet. */
export interface FeatureSpec {
  readonly rowInterval: number;
  /** Codes of error and maintenance events that came often enough to learn from. */
  readonly eventCodes: string[];
  /** Components whose replacement restarts a clock: all targets of the fleet. */
  readonly components: string[];
  readonly numericAttributes: string[];
  /** One column for each attribute value that at least two machines share. */
  readonly categories: { attribute: string; value: string }[];
  readonly duty: DutySpec;
  readonly features: FeatureInfo[];
}

const leastOccurrences = 5;
const mostCategories = 10;
const mostEventCodes = 20;

const eventKey = (kind: string, code: string): string => (code ? `${kind} ${code}` : kind);

const eventCodesOf = (history: FleetHistory): string[] => {
  const seen = new Map<string, { count: number; machines: Set<string> }>();
  for (const { machine, events } of history.machines)
    for (const event of events) {
      if (event.kind !== 'error' && event.kind !== 'maintenance') continue;
      const key = eventKey(event.kind, event.code);
      const entry = seen.get(key) ?? { count: 0, machines: new Set() };
      entry.count++;
      entry.machines.add(machine);
      seen.set(key, entry);
    }
  return [...seen]
    .filter(([, entry]) => entry.count >= leastOccurrences && entry.machines.size >= 2)
    .sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostEventCodes)
    .map(([key]) => key);
};

const attributesOf = (history: FleetHistory) => {
  const names = [...new Set(history.machines.flatMap((machine) => Object.keys(machine.attributes)))].sort();
  const numericAttributes: string[] = [];
  const categories: { attribute: string; value: string }[] = [];
  for (const attribute of names) {
    const values = history.machines.map((machine) => machine.attributes[attribute] ?? '');
    const distinct = [...new Set(values)].filter((value) => value !== '').sort();
    if (distinct.length < 2) continue;
    if (distinct.every((value) => Number.isFinite(Number(value)))) numericAttributes.push(attribute);
    else
      for (const value of distinct
        .filter((v) => values.filter((other) => other === v).length >= 2)
        .slice(0, mostCategories))
        categories.push({ attribute, value });
  }
  return { numericAttributes, categories };
};

/** Median spacing of the rows of a fleet, in the time unit. */
export const rowIntervalOf = (history: FleetHistory): number => {
  const gaps: number[] = [];
  for (const { t } of history.machines)
    for (let row = 1; row < t.length && gaps.length < 100_000; row++)
      gaps.push((t[row] as number) - (t[row - 1] as number));
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] || 1;
};

/** The features of a fleet, in the order in which `writeFeatures` gives them. */
export const learnFeatures = (history: FleetHistory, signals: SignalSpec): FeatureSpec => {
  const point = (i: number) => history.points[i] as string;
  const common = signals.components.map((_, c) => `common${c + 1}`);
  const ofSignal = (name: string, list: typeof sensorFeatures): FeatureInfo[] =>
    list.map(({ suffix, kind }) => ({ name: `${name}.${suffix}`, point: name, kind }));
  const eventCodes = eventCodesOf(history);
  const components = history.meta.targets.map((target) => target.component);
  const attributes = attributesOf(history);
  const duty = learnDuty(history, signals);
  const features: FeatureInfo[] = [
    ...signals.sensors.flatMap((i) => ofSignal(point(i), sensorFeatures)),
    ...common.flatMap((name) => ofSignal(name, commonFeatures)),
    { name: 'age', point: 'age', kind: 'age' },
    ...components.map((name) => ({ name: `${name}.age`, point: name, kind: 'age' as const })),
    ...(components.length > 1 ? [{ name: 'anyRenewal.age', point: 'machine', kind: 'age' as const }] : []),
    ...dutyFeatures(duty),
    ...eventCodes.flatMap((code) =>
      ['since', 'count5', 'count30'].map((suffix) => ({
        name: `${code}.${suffix}`,
        point: code,
        kind: 'event' as const,
      })),
    ),
    ...attributes.numericAttributes.map((name) => ({ name, point: name, kind: 'attribute' as const })),
    ...attributes.categories.map(({ attribute, value }) => ({
      name: `${attribute}=${value}`,
      point: attribute,
      kind: 'attribute' as const,
    })),
  ];
  return {
    rowInterval: rowIntervalOf(history),
    eventCodes,
    components,
    ...attributes,
    duty,
    features,
  };
};

/** What features read of one machine; made once and used for all its rows. */
export interface FeatureSource {
  readonly history: Pick<MachineHistory, 't' | 'columns' | 'events' | 'attributes'>;
  readonly signals: Signals;
  readonly signalSpec: SignalSpec;
  readonly spec: FeatureSpec;
}

/** Times of the events that features read, sorted; made once a machine. */
const eventTimes = (source: FeatureSource) => {
  const times = (keep: (event: MachineHistory['events'][number]) => boolean) =>
    Float64Array.from(source.history.events.filter(keep), (event) => event.t).sort();
  return {
    codes: source.spec.eventCodes.map((code) => times((event) => eventKey(event.kind, event.code) === code)),
    renewals: source.spec.components.map((component) =>
      times((event) => event.component === component && (event.kind === 'failure' || event.kind === 'replacement')),
    ),
  };
};

/** Number of the sorted times below `limit`. */
const countBelow = (times: Float64Array, limit: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * A writer of the feature vector of any row of a life. The features of a row at t read rows of that life up to t and
 * events before t, nothing later.
 */
export const createFeatureWriter = (source: FeatureSource, life: Life) => {
  const { spec, signalSpec, signals, history } = source;
  const windows = signals.values.map((signal) => createSignalWindows(signal, life.firstRow, life.endRow));
  const { codes, renewals } = eventTimes(source);
  const firstT = history.t[0] as number;
  const begin = Number.isFinite(life.startT) ? life.startT : firstT;
  const writeDuty = createDutyWriter(spec.duty, history, signalSpec, life);
  const attributes = [
    ...spec.numericAttributes.map((name) => Number(history.attributes[name] || Number.NaN)),
    ...spec.categories.map(({ attribute, value }) => (history.attributes[attribute] === value ? 1 : 0)),
  ];

  /** Fills `out` with the features of `row`. */
  return (row: number, out: Float64Array): void => {
    const t = history.t[row] as number;
    let at = 0;
    for (const [s, windowAt] of windows.entries()) {
      const window = windowAt(row);
      const list = s < signalSpec.sensors.length ? sensorFeatures : commonFeatures;
      for (const feature of list) out[at++] = feature.value(window);
    }
    out[at++] = t - begin;
    const ages = renewals.map((times) => {
      const count = countBelow(times, t);
      return t - (count > 0 ? (times[count - 1] as number) : firstT);
    });
    for (const age of ages) out[at++] = age;
    if (ages.length > 1) out[at++] = Math.min(...ages);
    at = writeDuty(row, out, at);
    for (const times of codes) {
      const count = countBelow(times, t);
      const since = count > 0 ? (times[count - 1] as number) : Number.NEGATIVE_INFINITY;
      out[at++] = since > begin ? t - since : Number.NaN;
      for (const length of [5, 30])
        out[at++] = count - countBelow(times, Math.max(t - length * spec.rowInterval, begin));
    }
    for (const value of attributes) out[at++] = value;
  };
};
