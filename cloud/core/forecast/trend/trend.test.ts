import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import type { FailureThreshold, FleetHistory, MachineHistory } from '../../history/fleet-history.ts';
import { livesOf } from '../../history/lives.ts';
import { buildDataset } from '../inputs/dataset.ts';
import { bindSection } from '../inputs/section.ts';
import { learnSignals, signalsOf } from '../inputs/signals.ts';
import { estimateByTrend, trendStateOf } from './trend.ts';
import { trendSection } from './trend-section.ts';

const failsAt = 10;

/** Machines that wear at speeds of their own and are all still running; `scale` is the unit of the level. */
const runningFleet = (
  grows: (wear: number) => number,
  scale = 1,
  threshold: FailureThreshold = { above: failsAt * scale },
) => {
  const random = seededRandom(8);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const lives = Array.from({ length: 6 }, () => 80 + 120 * random());
  const machines = lives.map((life, m): MachineHistory => {
    const rows = Math.floor(life * (0.6 + 0.35 * random()));
    const t = Float64Array.from({ length: rows }, (_, i) => i + 1);
    const level = t.map((age) => scale * grows(age / life) * (1 + 0.03 * gauss()));
    return { machine: `m${m}`, t, columns: [level], events: [], attributes: {} };
  });
  const history: FleetHistory = {
    meta: {
      format: 'kuluma-fleet/1',
      name: 'running',
      timeUnit: 'h',
      points: { level: { role: 'sensor', failureThreshold: threshold } },
      targets: [{ component: 'pump', horizons: [10, 50] }],
    },
    points: ['level'],
    machines,
  };
  return { history, lives };
};

const learn = (history: FleetHistory, component = 'pump') => {
  const signals = learnSignals(history);
  const section = bindSection(trendSection, trendSection.learn(history, signals));
  const [target] = history.meta.targets;
  if (!target) throw new Error('the fleet has no target');
  const data = buildDataset(history, target, signals, [section], 10_000);
  const state = trendStateOf({
    ...data,
    component,
    inputInfos: section.inputs,
    cap: Number.POSITIVE_INFINITY,
    relativeUnit: null,
  });
  const sectionAt = (machine: MachineHistory, row: number) => {
    const source = {
      history: machine,
      signals: signalsOf(signals, machine.columns, machine.t.length),
      signalSpec: signals,
    };
    const [life] = livesOf(machine, component);
    const out = new Float64Array(section.inputs.length);
    if (life) section.writerOf(source, life)(row, out);
    return out;
  };
  return { state, sectionAt, at: (m: MachineHistory, row: number) => estimateByTrend(state, sectionAt(m, row)) };
};

const steady = (wear: number) => 2 + 8 * wear;
const growing = (wear: number) => 10 ** wear;

describe('trend to a threshold', () => {
  it('covers the time of the failure with 90 % intervals, without any failure seen', () => {
    for (const grows of [steady, growing]) {
      const { history, lives } = runningFleet(grows);
      const { at } = learn(history);
      let covered = 0;
      let rows = 0;
      history.machines.forEach((machine, m) => {
        for (let row = 10; row < machine.t.length; row += 5) {
          const left = (lives[m] as number) - (machine.t[row] as number);
          const [low, , , , high] = at(machine, row).quantiles;
          covered += Number((low as number) <= left && left <= (high as number));
          rows++;
        }
      });
      expect(covered / rows).toBeGreaterThan(0.8);
    }
  });

  it('comes near the truth at the end of the record', () => {
    const { history, lives } = runningFleet(steady);
    const { at } = learn(history);
    history.machines.forEach((machine, m) => {
      const row = machine.t.length - 1;
      const left = (lives[m] as number) - (machine.t[row] as number);
      expect(Math.abs(at(machine, row).life - left)).toBeLessThan(0.2 * (lives[m] as number));
    });
  });

  it('orders quantiles and raises the risk with the horizon', () => {
    const { history } = runningFleet(steady);
    const { at } = learn(history);
    for (const machine of history.machines)
      for (const row of [3, 20, machine.t.length - 1]) {
        const { quantiles, margins } = at(machine, row);
        expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
        expect(margins[0]).toBeLessThanOrEqual(margins[1] as number);
      }
  });

  it('knows nothing of later rows', () => {
    const { history } = runningFleet(steady);
    const { sectionAt } = learn(history);
    const [machine] = history.machines as [MachineHistory];
    const cut = {
      ...machine,
      t: machine.t.slice(0, 31),
      columns: machine.columns.map((column) => column.slice(0, 31)),
    };
    expect(sectionAt(cut, 30)).toEqual(sectionAt(machine, 30));
  });

  it('tells the same when the level comes in another unit', () => {
    for (const grows of [steady, growing]) {
      const [one, other] = [runningFleet(grows), runningFleet(grows, 25.4)];
      const machine = one.history.machines[0] as MachineHistory;
      const scaled = other.history.machines[0] as MachineHistory;
      const [a, b] = [learn(one.history).at(machine, 40), learn(other.history).at(scaled, 40)];
      a.quantiles.forEach((quantile, q) => {
        expect(b.quantiles[q]).toBeCloseTo(quantile, 6);
      });
    }
  });

  it('follows a level that falls to its threshold', () => {
    const { history, lives } = runningFleet((wear) => 12 - 8 * wear, 1, { below: 4 });
    const machine = history.machines[0] as MachineHistory;
    const left = (lives[0] as number) - (machine.t.at(-1) as number);
    const [low, , , , high] = learn(history).at(machine, machine.t.length - 1).quantiles;
    expect(low).toBeLessThan(left);
    expect(high).toBeGreaterThan(left);
  });

  it('does not speak for a component that the threshold is not of', () => {
    const { history } = runningFleet(steady, 1, { above: failsAt, component: 'pump' });
    expect(learn(history).state.places).toHaveLength(1);
    expect(learn(history, 'motor').state.places).toHaveLength(0);
  });

  it('does not know while nothing was measured', () => {
    const { history } = runningFleet(steady);
    const [machine] = history.machines as [MachineHistory];
    const blind = { ...machine, columns: [machine.t.map(() => Number.NaN)] };
    expect(learn(history).at(blind, 20).life).toBeNaN();
  });
});
