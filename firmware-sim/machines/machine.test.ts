import { describe, expect, it } from 'vitest';
import { machineTypeNames, machineTypes } from './index.ts';
import { hourMs, Machine, type MachineSpec } from './machine.ts';

const startMs = Date.UTC(2026, 0, 1);
const specOf = (name: keyof typeof machineTypes, seed = 7): MachineSpec => ({
  type: machineTypes[name],
  seed,
  startMs,
  latitudeDeg: 61,
});

const passUntilFailure = (machine: Machine) => {
  for (let hour = 0; hour < 24 * 2000; hour++) {
    const failure = machine.passHour().find((e) => e.kind === 'failure');
    if (failure) return failure;
  }
  return undefined;
};

describe.each(machineTypeNames)('a %s', (name) => {
  it('has at least eight points and two ways to fail', () => {
    const type = machineTypes[name];
    expect(type.points.length).toBeGreaterThanOrEqual(8);
    expect(type.wear.length).toBeGreaterThanOrEqual(2);
    expect(new Set(type.points.map((p) => p.name)).size).toBe(type.points.length);
  });

  it('has the same life whatever the steps in which time passes', () => {
    const untilMs = startMs + 300 * 24 * hourMs;
    const atOnce = new Machine(specOf(name));
    const events = atOnce.advanceTo(untilMs);
    const inSteps = new Machine(specOf(name));
    const steppedEvents = [];
    for (let ms = startMs; ms <= untilMs; ms += 100 * hourMs + 1234) steppedEvents.push(...inSteps.advanceTo(ms));
    steppedEvents.push(...inSteps.advanceTo(untilMs));
    expect(inSteps.wear).toEqual(atOnce.wear);
    expect(steppedEvents).toEqual(events);
    expect(inSteps.observe(untilMs)).toEqual(atOnce.observe(untilMs));
  });

  it('fails after months of duty, not weeks and not decades', () => {
    const days = [1, 2, 3, 4, 5].map((seed) => {
      const failure = passUntilFailure(new Machine(specOf(name, seed)));
      return ((failure?.atMs ?? Number.NaN) - startMs) / (24 * hourMs);
    });
    for (const life of days) {
      expect(life).toBeGreaterThan(120);
      expect(life).toBeLessThan(800);
    }
  });

  it('shows each wear on some sensor by far more than its noise', () => {
    const { points, wear } = machineTypes[name];
    const running = { load: 0.8, speedRatio: 1, ambientC: 20, warmth: 0.8, runHours: 1000 };
    const fresh = Object.fromEntries(wear.map(({ mode }) => [mode.component, 0])) as Record<string, number>;
    for (const { mode } of wear) {
      const worn = { ...fresh, [mode.component]: 0.8 };
      const signals = points.map((p) =>
        p.noise > 0 ? Math.abs(p.truth(running, worn as never) - p.truth(running, fresh as never)) / p.noise : 0,
      );
      expect(Math.max(...signals), mode.mode).toBeGreaterThan(8);
    }
  });
});

it('stands still after a failure and goes on with a new component', () => {
  const machine = new Machine(specOf('centrifugal-pump'));
  const failure = passUntilFailure(machine);
  expect(failure).toBeDefined();
  expect(machine.isDown).toBe(true);
  expect(machine.conditions.speedRatio).toBe(0);
  expect(machine.wear[failure?.component ?? '']).toBe(0);
  machine.advanceTo(machine.nowMs + 73 * hourMs);
  expect(machine.isDown).toBe(false);
  expect(machine.conditions.load).toBeGreaterThan(0);
});

it('wears as its settings say', () => {
  const fast = new Machine({
    ...specOf('centrifugal-pump'),
    wear: { 'seal-leakage': { initial: 0.5, rateFactor: 2 } },
  });
  const normal = new Machine(specOf('centrifugal-pump'));
  expect(fast.wear['seal']).toBe(0.5);
  for (const machine of [fast, normal]) machine.advanceTo(startMs + 30 * 24 * hourMs);
  expect((fast.wear['seal'] ?? 0) - 0.5).toBeGreaterThan(2 * (normal.wear['seal'] ?? 1));
});

it('works in shifts where its duty says so, and is colder in winter', () => {
  const machine = new Machine(specOf('cnc-spindle'));
  const noonOf = (day: number) => startMs + (day * 24 + 10) * hourMs;
  machine.advanceTo(noonOf(1));
  const friday = machine.conditions;
  machine.advanceTo(noonOf(2));
  const saturday = machine.conditions;
  machine.advanceTo(noonOf(190));
  const july = machine.conditions;
  expect(friday.load).toBeGreaterThan(0);
  expect(saturday.load).toBe(0);
  expect(july.ambientC).toBeGreaterThan(friday.ambientC + 4);
});
