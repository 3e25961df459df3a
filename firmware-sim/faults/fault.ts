import { Instant } from '@kuluma/shared/model/base.ts';
import { type Static, Type } from 'typebox';

const during = { fromMs: Instant, toMs: Instant };
const ofMachine = { machine: Type.String({ minLength: 1 }), ...during };
const strict = { additionalProperties: false };

/** A fault to switch on from `fromMs` (inclusive) to `toMs` (exclusive) of simulated time. */
export const Fault = Type.Union([
  /** The unit does not answer; a serial device says nothing. */
  Type.Object({ kind: Type.Literal('dead-unit'), ...ofMachine }, strict),
  /** The unit answers each read with exception 4 (device failure). */
  Type.Object({ kind: Type.Literal('device-failure'), ...ofMachine }, strict),
  /** The point repeats the first value that is read during the fault. */
  Type.Object({ kind: Type.Literal('frozen-sensor'), ...ofMachine, point: Type.String() }, strict),
  /** `add` is added to the point's value, in its unit, within the range of its sensor. */
  Type.Object({ kind: Type.Literal('spike'), ...ofMachine, point: Type.String(), add: Type.Number() }, strict),
  /** The link is cut: connections end, new ones are refused, a serial line is silent. */
  Type.Object({ kind: Type.Literal('link-drop'), link: Type.String({ minLength: 1 }), ...during }, strict),
]);
export type Fault = Static<typeof Fault>;

const isActive = (fault: Fault, nowMs: number): boolean => nowMs >= fault.fromMs && nowMs < fault.toMs;

/** True while the link is cut. */
export const isDropped = (faults: readonly Fault[], link: string, nowMs: number): boolean =>
  faults.some((f) => f.kind === 'link-drop' && f.link === link && isActive(f, nowMs));

/** Whether a unit answers in full, with exception 4, or not at all. */
export const unitState = (faults: readonly Fault[], machine: string, nowMs: number): 'dead' | 'failing' | 'well' => {
  const active = (kind: Fault['kind']) =>
    faults.some((f) => f.kind === kind && 'machine' in f && f.machine === machine && isActive(f, nowMs));
  if (active('dead-unit')) return 'dead';
  return active('device-failure') ? 'failing' : 'well';
};

/** Changes the observed values of a machine as its sensor faults would; remembers what a frozen sensor shows. */
export const createSensorFaults = (faults: readonly Fault[], machine: string) => {
  const frozen = new Map<Fault, number>();
  const own = faults.flatMap((f) =>
    (f.kind === 'frozen-sensor' || f.kind === 'spike') && f.machine === machine ? [f] : [],
  );
  return (point: { name: string; min: number; max: number }, value: number, nowMs: number): number => {
    let shown = value;
    for (const fault of own) {
      if (fault.point !== point.name || !isActive(fault, nowMs)) continue;
      if (fault.kind === 'spike') shown = Math.min(point.max, Math.max(point.min, shown + fault.add));
      else {
        shown = frozen.get(fault) ?? shown;
        frozen.set(fault, shown);
      }
    }
    return shown;
  };
};
