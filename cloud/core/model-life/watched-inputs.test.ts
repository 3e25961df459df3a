import { describe, expect, it } from 'vitest';
import { learnSignals } from '../forecast/inputs/signals.ts';
import { syntheticFleet } from '../forecast/inputs/synthetic-fleet.ts';
import type { FleetHistory, MachineHistory } from '../history/fleet-history.ts';
import { type InputRow, inputDriftOf, learnInputProfile } from './input-profile.ts';
import { learnFailures, similarFailures } from './past-failures.ts';
import { createInputReader, watchedInputs } from './watched-inputs.ts';

const history = syntheticFleet({ machines: 30, seed: 4 });
const model = {
  signals: learnSignals(history),
  points: history.points.map((name) => ({ name, role: history.meta.points[name]?.role ?? 'sensor' })),
};
const watched = watchedInputs(model);
const at = (machine: MachineHistory, row: number): number[] => createInputReader(model, machine)(0, row);
const first = (fleet: FleetHistory): MachineHistory => {
  const [machine] = fleet.machines;
  if (!machine) throw new Error('a machine');
  return machine;
};

/** The machines of a fleet somewhere between the start and `most` of their lives. */
const rowsOf = (fleet: FleetHistory, most: number, change: (columns: Float64Array[]) => Float64Array[]): InputRow[] =>
  fleet.machines.map((machine, i) => {
    const row = Math.floor((((i + 0.5) * most) / fleet.machines.length) * machine.t.length);
    return { age: row, values: at({ ...machine, columns: change([...machine.columns]) }, row) };
  });

describe('watched inputs', () => {
  it('see no later row', () => {
    const machine = first(history);
    const cut = {
      ...machine,
      t: machine.t.slice(0, 31),
      columns: machine.columns.map((column) => column.slice(0, 31)),
    };
    expect(at(cut, 30)).toEqual(at(machine, 30));
  });

  it('see a worn machine as changed since it was new', () => {
    const machine = first(history);
    const sinceNew = watched.findIndex(({ point, kind }) => point === 'vibration' && kind === 'sinceNew');
    expect(at(machine, machine.t.length - 1)[sinceNew]).toBeGreaterThan((at(machine, 25)[sinceNew] ?? 0) + 1);
  });
});

describe('the drift of inputs', () => {
  const profile = learnInputProfile(model, 'pump', history);
  const others = syntheticFleet({ machines: 40, seed: 9 });

  it('is none for other machines of the same kind, old or young', () => {
    for (const most of [0.4, 0.7, 1])
      expect(
        inputDriftOf(
          profile,
          watched,
          rowsOf(others, most, (columns) => columns),
        ),
        String(most),
      ).toEqual([]);
  });

  it('names the point whose readings have moved', () => {
    const moved = rowsOf(others, 0.9, ([vibration, temperature, ...rest]) => [
      vibration as Float64Array,
      (temperature as Float64Array).map((value) => value + 25),
      ...rest,
    ]);
    expect(inputDriftOf(profile, watched, moved)[0]).toMatchObject({ point: 'temperature', kind: 'level' });
  });

  it('does not cry over one odd machine', () => {
    const [odd] = rowsOf(others, 0.9, (columns) => columns.map((column) => column.map((value) => value + 25)));
    expect(inputDriftOf(profile, watched, odd ? [odd] : [])).toEqual([]);
  });
});

describe('similar past failures', () => {
  const library = learnFailures(model, 'pump', history);
  const later = first(syntheticFleet({ machines: 1, seed: 21 }));

  it('are those that looked alike, from about as far before their end', () => {
    const row = later.t.length - 8;
    const found = similarFailures(library, at(later, row));
    expect(found).toHaveLength(3);
    expect(new Set(found.map(({ machine }) => machine)).size).toBe(3);
    for (const { left, life } of found) expect(left / life).toBeLessThan(0.35);
  });

  it('are none when nothing ever looked like this', () => {
    const strange = { ...later, columns: later.columns.map((column) => column.map((value) => -9 * value)) };
    expect(similarFailures(library, at(strange, 30))).toEqual([]);
  });

  it('read most of what tells of the end', () => {
    expect(library.failures).toHaveLength(30);
    expect(watched[library.inputs[0]?.index ?? -1]?.point).not.toBe('humidity');
  });
});
