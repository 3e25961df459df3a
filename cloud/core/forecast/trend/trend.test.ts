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
    inputs: data.inputs[0] as readonly Float32Array[],
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

/** Machines that wear to 10 and run at 95 % of their lives; noise lasts from row to row by the share `lasting`. */
const noisyFleet = (shape: (wear: number) => number, lasting: number) => {
  const random = seededRandom(3);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const { history } = runningFleet(steady);
  const lives = Array.from({ length: 6 }, () => Math.round(150 * Math.exp(0.3 * gauss())));
  const machines = lives.map((life, m): MachineHistory => {
    const t = Float64Array.from({ length: Math.floor(0.95 * life) }, (_, i) => i + 1);
    let noise = 0;
    const level = t.map((age) => {
      noise = lasting * noise + 0.4 * Math.sqrt(1 - lasting ** 2) * gauss();
      return failsAt * shape(age / life) + noise;
    });
    return { machine: `m${m}`, t, columns: [level], events: [], attributes: {} };
  });
  return { history: { ...history, machines }, lives };
};

/** Share of lives inside the 90 % band over all rows, and its width against what was left. */
const judged = ({ history, lives }: ReturnType<typeof noisyFleet>) => {
  const { at } = learn(history);
  let [covered, width, left, rows] = [0, 0, 0, 0];
  history.machines.forEach((machine, m) => {
    for (let row = 10; row < machine.t.length; row += 10) {
      const [low, , , , high] = at(machine, row).quantiles as [number, number, number, number, number];
      const truth = (lives[m] as number) - (machine.t[row] as number);
      covered += Number(low <= truth && truth <= high);
      width += high - low;
      left += truth;
      rows++;
    }
  });
  return { covered: covered / rows, width: width / left };
};

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

  it('keeps its band where noise lasts over rows, and does not take it for a level that strays', () => {
    for (const [lasting, widest] of [
      [0, 1],
      [0.5, 1.5],
      [0.8, 2],
    ] as const) {
      const { covered, width } = judged(noisyFleet((wear) => wear, lasting));
      expect(covered).toBeGreaterThan(0.84);
      expect(width).toBeLessThan(widest);
    }
  });

  it('holds most lives where wear speeds up from nothing, on any floor', () => {
    const { covered, width } = judged(noisyFleet((wear) => Math.expm1(3 * wear) / Math.expm1(3), 0.5));
    expect(covered).toBeGreaterThan(0.75);
    expect(width).toBeLessThan(3);
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
