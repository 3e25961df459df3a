import { forecastAt, forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import { syntheticFleet } from '@kuluma/cloud/core/forecast/inputs/synthetic-fleet.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory, MachineHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { describe, expect, it } from 'vitest';

const cap = 40;
const fleet = syntheticFleet({ machines: 10, seed: 1, rulCap: cap });
const unseen = syntheticFleet({ machines: 3, seed: 2, rulCap: cap }).machines;
/** Of the full work a small part, by the budget: enough to see whether it works. */
const train = (history: FleetHistory) =>
  trainModel(history, { seed: 1, budgetMs: 1_100, now: () => 0, codeVersion: 'test' });
const changed = (history: FleetHistory, change: (machine: MachineHistory, m: number) => MachineHistory) => ({
  ...history,
  machines: history.machines.map(change),
});
const columnsOf = (machine: MachineHistory, change: (v: number, row: number, point: number) => number) => ({
  ...machine,
  columns: machine.columns.map((column, point) => column.map((v, row) => change(v, row, point))),
});
/** What the command would print: the sentence and the faults below it. */
const sentencesOf = async (history: FleetHistory): Promise<string[]> => {
  const error = await train(history).catch((reason: unknown) => reason);
  return error instanceof AppError ? [error.message, ...error.faults.map(({ message }) => message)] : [];
};
const rmseOn = async (history: FleetHistory, machines: readonly MachineHistory[] = unseen): Promise<number> => {
  const model = await train(history);
  const errors = machines.flatMap((machine) =>
    forecastRows(model, 'pump', machine, { explain: false }).flatMap(({ t, life }) =>
      life ? [life.rul - Math.min(cap, (machine.t.at(-1) ?? 0) - t)] : [],
    ),
  );
  expect(errors.length).toBeGreaterThan(100);
  return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
};
/** What a forecast of the mean life would be off by. */
const deviation = 12;

/** All lives of the fleet one after the other on one machine. */
const oneAfterTheOther = (history: FleetHistory): FleetHistory => {
  let shift = 0;
  const parts = history.machines.map((machine) => {
    const from = shift;
    shift += machine.t.at(-1) ?? 0;
    return { machine, from };
  });
  const joined = (of: (machine: MachineHistory, from: number) => Float64Array) =>
    Float64Array.from(parts.flatMap(({ machine, from }) => [...of(machine, from)]));
  const one: MachineHistory = {
    machine: 'the only one',
    t: joined(({ t }, from) => t.map((v) => v + from)),
    columns: history.points.map((_, p) => joined(({ columns }) => columns[p] ?? new Float64Array())),
    events: parts.flatMap(({ machine, from }) => machine.events.map((event) => ({ ...event, t: event.t + from }))),
    attributes: {},
  };
  return { ...history, machines: [one] };
};

describe('training on odd histories ends in a clear sentence', () => {
  it('on one machine with one failure that nothing announced, on machines without failures, and without machines', async () => {
    const head = 'no component of this fleet has enough failures to learn from';
    const still = changed({ ...fleet, machines: fleet.machines.slice(0, 1) }, (machine) =>
      columnsOf(machine, (_, row) => Math.sin(7 * row)),
    );
    expect(await sentencesOf(still)).toEqual([head, 'pump: 1 failure on 1 machine, at least 3 are needed']);
    const never = changed(fleet, (machine) => ({ ...machine, events: [] }));
    expect(await sentencesOf(never)).toEqual([head, 'pump: 0 failures on 0 machines, at least 3 are needed']);
    expect(await sentencesOf({ ...fleet, machines: [] })).toEqual([
      head,
      'pump: 0 failures on 0 machines, at least 3 are needed',
    ]);
  });
});

describe('training on odd histories works', () => {
  it('on one machine with one failure, by the trend to where that came, and says that nothing can judge it', async () => {
    const { leftOut, targets } = await train({ ...fleet, machines: fleet.machines.slice(0, 1) });
    expect(leftOut.map(({ code }) => code)).toEqual(['TRENDS_UNJUDGED']);
    expect(targets[0]?.metrics).toMatchObject({ machines: 1, failures: 1, rows: 0 });
  });

  it('on one machine with many lives, and says what that is worth', async () => {
    const model = await train(oneAfterTheOther(fleet));
    expect(model.leftOut).toContainEqual({ code: 'ONE_MACHINE_FAILED', component: 'pump', facts: {} });
    expect(model.targets[0]?.metrics).toMatchObject({ machines: 1, failures: 10 });
    expect(await rmseOn(oneAfterTheOther(fleet))).toBeLessThan(deviation);
  });

  it('on one sensor, without any sensor, and where nothing changes', async () => {
    const only = (count: number) => {
      const points = fleet.points.slice(0, count);
      const meta = { ...fleet.meta, points: Object.fromEntries(points.map((p) => [p, { role: 'sensor' as const }])) };
      const cut = (machine: MachineHistory) => ({ ...machine, columns: machine.columns.slice(0, count) });
      return [{ ...fleet, points, meta, machines: fleet.machines.map(cut) }, unseen.map(cut)] as const;
    };
    const [one, seenByOne] = only(1);
    expect(await rmseOn(one, seenByOne)).toBeLessThan(deviation / 2);
    const [none, seenByNone] = only(0);
    expect(await rmseOn(none, seenByNone)).toBeLessThan(deviation);
    const constant = (machine: MachineHistory) => columnsOf(machine, () => 5);
    expect(await rmseOn(changed(fleet, constant), unseen.map(constant))).toBeLessThan(deviation);
  });

  it('where a column or a stretch of time was never measured, and where readings are no numbers', async () => {
    const holed = (machine: MachineHistory) =>
      columnsOf(machine, (v, row, point) => (point === 1 || (row > 10 && row < 30) ? Number.NaN : v));
    expect(await rmseOn(changed(fleet, holed))).toBeLessThan(deviation / 2);
    const endless = (machine: MachineHistory) =>
      columnsOf(machine, (v, row) => (row % 9 === 0 ? Number.POSITIVE_INFINITY : v));
    expect(await rmseOn(changed(fleet, endless))).toBeLessThan(deviation / 2);
  });

  it('beside machines without a row, and with one row each', async () => {
    const empty: MachineHistory = {
      ...(fleet.machines[0] as MachineHistory),
      machine: 'new',
      t: new Float64Array(),
      columns: fleet.points.map(() => new Float64Array()),
    };
    const model = await train({ ...fleet, machines: [...fleet.machines, empty] });
    expect(forecastAt(model, 'pump', empty)).toBeUndefined();
    const last = await train(
      changed(fleet, (machine) => ({
        ...machine,
        t: machine.t.slice(-1),
        columns: machine.columns.map((column) => column.slice(-1)),
      })),
    );
    expect(
      forecastAt(last, 'pump', {
        ...empty,
        t: Float64Array.of(1),
        columns: [[1], [1], [1], [10]].map((v) => Float64Array.from(v)),
      })?.abstain,
    ).toBe('TOO_LITTLE_HISTORY');
  });

  it('where a unit changes in the middle of lives, as well as if it had not', async () => {
    const converted = (factor: number) =>
      changed(fleet, (machine, m) =>
        m % 4 === 1 ? columnsOf(machine, (v, row, point) => (point === 1 && row >= 25 ? factor * v : v)) : machine,
      );
    const model = await train(converted(1000));
    const changes = model.leftOut.filter(({ code }) => code === 'UNIT_CHANGED');
    expect(changes).toHaveLength(3);
    for (const { facts } of changes) expect(facts).toMatchObject({ t: 26, point: 'temperature' });
    expect(await rmseOn(converted(1000))).toBeLessThan(1.3 * (await rmseOn(fleet)));
  });
});
