import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { MachineEvent, MachineHistory } from '../history/fleet-history.ts';
import { eventKinds } from '../history/fleet-history.ts';
import { forecastAt, forecastInputs, forecastRows, inputInfos, targetOf } from './forecast.ts';
import { sectionNamed } from './inputs/sections.ts';
import { learnSignals } from './inputs/signals.ts';
import { syntheticFleet, upTo } from './inputs/synthetic-fleet.ts';
import { methods } from './methods.ts';
import type { ForecastModel } from './model.ts';
import { trainModel } from './train.ts';

// Training is the work under test; a busy machine must not make it fail.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Serviced by the calendar, and its fan replaced now and then: what a schedule could leak through. */
const serviced = (machine: MachineHistory): MachineHistory => {
  const endT = machine.t.at(-1) ?? 0;
  const services = [15, 30, 45, 60, 75].filter((t) => t < endT);
  const event = (t: number, kind: MachineEvent['kind'], component: string): MachineEvent => ({
    t,
    kind,
    component,
    code: kind === 'maintenance' ? 'M1' : '',
  });
  return {
    ...machine,
    events: [
      ...machine.events,
      ...services.map((t) => event(t, 'maintenance', '')),
      event(20, 'failure', 'fan'),
      event(41, 'replacement', 'fan'),
    ],
  };
};
const fleet = syntheticFleet({ machines: 10, seed: 1, rulCap: 40, horizons: [5, 10, 20] });
const history = {
  ...fleet,
  meta: { ...fleet.meta, targets: [...fleet.meta.targets, { component: 'fan', horizons: [8] }] },
  machines: fleet.machines.map(serviced),
};
const machines = syntheticFleet({ machines: 4, seed: 2 }).machines.map(serviced);
const components = ['pump', 'fan'] as const;

let model: ForecastModel;
beforeAll(async () => {
  // Of the full work only a part, by the budget: what holds for any model holds for this one.
  model = await trainModel(history, { seed: 3, budgetMs: 2_000, now: () => 0, codeVersion: 'test' });
});

/** A machine and the number of its rows that are known. */
const known = fc
  .record({ which: fc.nat({ max: machines.length - 1 }), rows: fc.integer({ min: 1, max: 50 }) })
  .map(({ which, rows }) => ({ machine: machines[which] as MachineHistory, rows }));
const component = fc.constantFrom(...components);

describe('any forecast', () => {
  it('comes from what was known: later rows and later events of any kind change nothing', () => {
    const later = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 60 }),
        kind: fc.constantFrom(...eventKinds),
        component: fc.constantFrom('pump', 'fan', ''),
        code: fc.constantFrom('', 'E1', 'M1'),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(known, component, later, fc.double(), ({ machine, rows }, of, events, value) => {
        const now = machine.t[rows - 1] as number;
        const changed: MachineHistory = {
          ...machine,
          columns: machine.columns.map((column) => column.map((v, row) => (row < rows ? v : value))),
          events: [
            ...machine.events.filter(({ t }) => t < now),
            ...events.map(({ after, ...event }) => ({ ...event, t: now + after })),
          ],
        };
        expect(forecastRows(model, of, changed, { rows: [rows - 1] })[0]).toEqual(
          forecastAt(model, of, upTo(machine, rows)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is in order whatever is measured: quantiles, probabilities and the index within their bounds', () => {
    const reading = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 1e308, -1e308, 50),
      fc.double({ min: 0, max: 80, noNaN: true }),
    );
    fc.assert(
      fc.property(known, component, fc.array(reading, { minLength: 8, maxLength: 8 }), ({ machine, rows }, of, odd) => {
        const strange: MachineHistory = {
          ...machine,
          columns: machine.columns.map((column, c) =>
            column.map((v, row) => (row >= rows - 2 && row < rows ? (odd[2 * c + rows - 1 - row] as number) : v)),
          ),
        };
        const forecast = forecastAt(model, of, upTo(strange, rows));
        expect(forecast?.life === null).toBe(forecast?.abstain !== null);
        if (!forecast?.life) return;
        const { rul, quantiles, failureProbability, degradationIndex, drivers } = forecast.life;
        const { p05, p10, p50, p90, p95 } = quantiles;
        const cap = targetOf(model, of).rulCap ?? Number.MAX_VALUE;
        for (const rising of [
          [0, p05, p10, p50, p90, p95, cap],
          [0, rul, cap],
          [0, ...failureProbability.map(({ value }) => value), 1],
          [0, degradationIndex, 1],
        ]) {
          expect(rising.every(Number.isFinite)).toBe(true);
          expect(rising).toEqual([...rising].sort((a, b) => a - b));
        }
        expect(drivers.every(({ share }) => share >= 0 && share <= 1)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('replays from its input alone', () => {
    fc.assert(
      fc.property(known, component, ({ machine, rows }, of) => {
        const forecast = forecastAt(model, of, upTo(machine, rows));
        if (!forecast?.life) return;
        const target = targetOf(model, of);
        expect(forecast.inputs).toHaveLength(inputInfos(model, target).length);
        expect(forecastInputs(model, target, Float64Array.from(forecast.inputs))).toEqual(forecast.life);
      }),
      { numRuns: 30 },
    );
  });

  it('knows of a service schedule only what has happened', () => {
    const events = inputInfos(model, targetOf(model, 'pump')).filter(({ point }) => point === 'maintenance M1');
    expect(events.map(({ name }) => name)).toContain('maintenance M1.since');
    const machine = machines[0] as MachineHistory;
    const without = { ...machine, events: machine.events.filter(({ kind, t }) => kind !== 'maintenance' || t < 32) };
    const inputsAt = (of: MachineHistory, row: number) => forecastRows(model, 'pump', of, { rows: [row] })[0]?.inputs;
    expect(inputsAt(without, 33)).toEqual(inputsAt(machine, 33));
    expect(inputsAt(without, 46)).not.toEqual(inputsAt(machine, 46));
  });
});

describe('what a section learns from the fleet', () => {
  it('does not depend on when machines failed: it is learnt from all of them', () => {
    const signals = learnSignals(history);
    const watched = history.machines.map((machine) => ({
      ...machine,
      events: machine.events
        .filter(({ kind }) => kind !== 'replacement')
        .map((event) => (event.kind === 'failure' ? { ...event, t: event.t / 2 } : event)),
    }));
    const names = new Set([methods.anchor, ...methods.others].map(({ section }) => section));
    expect(learnSignals({ ...history, machines: watched })).toEqual(signals);
    for (const name of names)
      expect(sectionNamed(name).learn({ ...history, machines: watched }, signals)).toEqual(
        sectionNamed(name).learn(history, signals),
      );
  });
});
