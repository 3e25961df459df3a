import type { FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import type { Life } from '../../history/lives.ts';
import type { SignalSpec, Signals } from './signals.ts';
import type { FeatureInfo } from './window-features.ts';

/** What a section reads of one machine; made once and used for all its rows. */
export interface MachineSource {
  readonly history: Pick<MachineHistory, 't' | 'columns' | 'events' | 'attributes'>;
  readonly signals: Signals;
  readonly signalSpec: SignalSpec;
}

/** Fills `out`, as wide as the section, with the numbers of `row`. */
export type SectionWriter = (row: number, out: Float64Array) => void;

/**
 * A kind of input that forecasts are made from: a fixed number of numbers computed from the history of a row. They are
 * all that a method sees, are stored with the forecast and replay it. The numbers of a row at t read rows of its life up
 * to t and events before t, nothing later; NaN stands for not known.
 */
export interface Section<Spec> {
  readonly name: string;
  /** Plain JSON that the writer needs, learnt from all training machines: nothing in it may depend on when machines failed, though on how many did. */
  learn(history: FleetHistory, signals: SignalSpec): Spec;
  /** What each number is, in the order in which the writer gives them. */
  inputsOf(spec: Spec): readonly FeatureInfo[];
  /** A writer for the rows of one life of a component. */
  writerOf(spec: Spec, machine: MachineSource, life: Life): SectionWriter;
}

/** A section together with what was learnt for it. */
export interface LearntSection {
  readonly name: string;
  readonly spec: unknown;
  readonly inputs: readonly FeatureInfo[];
  readonly writerOf: (machine: MachineSource, life: Life) => SectionWriter;
}

/** @param spec as `learn` of this section gave it, maybe written to JSON and read again. */
export const bindSection = (section: Section<unknown>, spec: unknown): LearntSection => ({
  name: section.name,
  spec,
  inputs: section.inputsOf(spec),
  writerOf: (machine, life) => section.writerOf(spec, machine, life),
});
