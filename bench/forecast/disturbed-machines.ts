import { seededRandom } from '@kuluma/shared/clock.ts';

/** Healthy machines, simulated or recorded, with faults put in that begin, last and end: what state detection is judged on. */

export interface DisturbedRun {
  readonly columns: readonly Float64Array[];
  readonly isFaulty: readonly boolean[];
}
type Columns = readonly Float64Array[];
type Random = () => number;

export const baselineRows = 400;
export const runRows = 1150;

/** Nearly standard normal. */
const noiseOf = (random: Random) => (): number => {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
};

/** How much of a fault is there at each row: it comes and goes, at once or over many rows. */
const faultOf = (random: Random) => {
  const start = 430 + Math.floor(random() * 200);
  const end = start + 300 + Math.floor(random() * 150);
  const rising = 1 + Math.floor(random() * random() * 120);
  const falling = 1 + Math.floor(random() * random() * 80);
  const isFaulty = Array.from({ length: runRows }, (_, row) => row >= start && row < end);
  const depth = isFaulty.map((faulty, row) =>
    faulty ? Math.min(1, (row - start + 1) / rising, (end - row) / falling) : 0,
  );
  return { isFaulty, depth: (row: number) => depth[row] as number };
};

const momentsOf = (column: Float64Array) => {
  const baseline = column.subarray(0, baselineRows);
  const mean = baseline.reduce((sum, v) => sum + v, 0) / baselineRows;
  const square = baseline.reduce((sum, v) => sum + (v - mean) ** 2, 0) / baselineRows;
  return { mean, deviation: Math.sqrt(square) || 1 };
};

/** Some signals move elsewhere by about `size` of their deviations. */
export const shifted = (columns: Columns, seed: number, size: number): DisturbedRun => {
  const random = seededRandom(seed);
  const { isFaulty, depth } = faultOf(random);
  const sure = Math.floor(random() * columns.length);
  return {
    isFaulty,
    columns: columns.map((column, i) => {
      const [touched, far, up] = [random() < 0.35 || i === sure, 0.5 + random(), random() < 0.5];
      const by = touched ? (up ? 1 : -1) * far * size * momentsOf(column).deviation : 0;
      return column.map((v, row) => v + by * depth(row));
    }),
  };
};

/** Two signals move `factor` times as much about their level. */
export const stirred = (columns: Columns, seed: number, factor: number): DisturbedRun => {
  const random = seededRandom(seed);
  const { isFaulty, depth } = faultOf(random);
  const first = Math.floor(random() * columns.length);
  return {
    isFaulty,
    columns: columns.map((column, i) => {
      if (i !== first && i !== (first + 1) % columns.length) return column;
      let level = column[0] as number;
      return column.map((v, row) => {
        level += 0.1 * (v - level);
        return level + (v - level) * (1 + (factor - 1) * depth(row));
      });
    }),
  };
};

/** Two signals behave as in health and no longer follow the others. */
export const uncoupled = (columns: Columns, others: Columns, seed: number): DisturbedRun => {
  const random = seededRandom(seed);
  const { isFaulty, depth } = faultOf(random);
  const first = Math.floor(random() * columns.length);
  return {
    isFaulty,
    columns: columns.map((column, i) => {
      const other = others[i];
      if (!other || (i !== first && i !== (first + 1) % columns.length)) return column;
      const between = momentsOf(column).mean - momentsOf(other).mean;
      return column.map((v, row) => (depth(row) > 0.5 ? (other[row] as number) + between : v));
    }),
  };
};

/** Signals that share two movements and have one of their own, each with its memory. */
export interface Plant {
  readonly width?: number;
  /** Memory of the shared movements, from row to row. */
  readonly memory?: number;
  /** How far some signals warm up. */
  readonly warming?: number;
  /** Steps of the random walk of every other signal. */
  readonly walk?: number;
  /** Share of rows with a spike. */
  readonly spikes?: number;
  /** Whether it changes between three loads that nothing measures. */
  readonly loads?: boolean;
  /** Bend of the signals over what they share. */
  readonly bend?: number;
}

export const plant = (
  seed: number,
  { width = 8, memory = 0.6, warming = 0, walk = 0, spikes = 0, loads = false, bend = 0 }: Plant = {},
): Columns => {
  const random = seededRandom(seed);
  const noise = noiseOf(random);
  const memoryRows = 200 + 600 * random();
  const signals = Array.from({ length: width }, () => ({
    column: new Float64Array(runRows),
    first: noise(),
    second: noise(),
    warming: random() < 0.4 ? warming * noise() : 0,
    memory: random() < 0.3 ? 0.95 : 0.7 * random(),
    own: 0,
    place: 0,
  }));
  let [first, second, load] = [0, 0, 0];
  const follow = (before: number, kept: number, by: number) => kept * before + Math.sqrt(1 - kept * kept) * by;
  for (let row = 0; row < runRows; row++) {
    first = follow(first, memory, noise());
    second = follow(second, memory, noise());
    if (loads && random() < 0.02) load = Math.floor(random() * 3) - 1;
    for (const [i, signal] of signals.entries()) {
      signal.own = follow(signal.own, signal.memory, noise() * (random() < spikes ? 8 : 1));
      if (i % 2 === 1) signal.place += walk * noise();
      const shared = signal.first * (first + 2 * load) + signal.second * (second + bend * first * first);
      const warm = signal.warming * (1 - Math.exp(-row / memoryRows));
      signal.column[row] = 10 * (i + 1) + signal.own + signal.place + shared + warm;
    }
  }
  return signals.map(({ column }) => column);
};

/** Rows of a simulation as columns. */
const columnsOf = (width: number, next: (row: number) => readonly number[]): Columns => {
  const columns = Array.from({ length: width }, () => new Float64Array(runRows));
  for (let row = 0; row < runRows; row++)
    next(row).forEach((v, i) => {
      (columns[i] as Float64Array)[row] = v;
    });
  return columns;
};

/** Water that a pump drives round through a valve, which closes in part: affinity laws, quadratic losses, a tank that warms. */
export const waterLoop = (seed: number): DisturbedRun => {
  const random = seededRandom(seed);
  const noise = noiseOf(random);
  const { isFaulty, depth } = faultOf(random);
  const [closing, rough, heating, ambient] = [
    0.2 + 0.5 * random(),
    0.6 + 0.8 * random(),
    0.01 * (0.5 + random()),
    18 + 4 * random(),
  ];
  const start = 20 + 10 * random();
  let [flow, water, casing, mains, hum] = [1, start, start, 0, 0];
  const columns = columnsOf(8, (row) => {
    const open = 1 - closing * depth(row);
    mains = 0.98 * mains + 0.2 * noise();
    hum = 0.7 * hum + 0.7 * noise();
    const speed = 1 + 0.003 * mains;
    flow += 0.3 * (speed * Math.sqrt(1.5 / (1 + 0.5 / (open * open))) - flow);
    const head = 1.5 * speed * speed - 0.5 * flow * flow;
    const power = 0.6 + 0.5 * flow * head;
    water += heating * power - 0.0008 * (water - ambient);
    casing += 0.01 * (water - casing);
    const blur = () => rough * noise();
    return [
      0.2 + 0.02 * flow + 0.05 * Math.max(0, 0.9 - open) + 0.004 * blur() + 0.003 * hum,
      0.25 + 0.03 * head + 0.004 * blur() + 0.004 * hum,
      2 * power + 0.15 * blur(),
      0.05 * head + 0.25 * blur(),
      70 + water + 0.1 * blur(),
      casing + 0.03 * blur(),
      230 + 4 * mains + 6 * blur(),
      Math.round(125 * flow + 0.4 * blur()),
    ];
  });
  return { columns, isFaulty };
};

/** A level held by a controller, which hides the fault in what it does; fouling makes that drift by itself. */
export const controlled = (seed: number): DisturbedRun => {
  const random = seededRandom(seed);
  const noise = noiseOf(random);
  const { isFaulty, depth } = faultOf(random);
  const size = 0.8 + 1.2 * random();
  let [level, sum, inflow, fouling] = [0, 0, 0, 0];
  const columns = columnsOf(5, (row) => {
    inflow = 0.9 * inflow + 0.3 * noise();
    fouling += 0.0004 + 0.001 * noise();
    sum -= 0.05 * level;
    const drive = sum - 0.5 * level;
    level = 0.8 * level + 0.3 * (drive + inflow - fouling - size * depth(row)) + 0.05 * noise();
    return [
      level + 0.1 * noise(),
      drive + 0.1 * noise(),
      0.7 * inflow + 0.2 * noise(),
      0.8 * drive + 0.5 * inflow + 0.2 * noise(),
      noise(),
    ];
  });
  return { columns, isFaulty };
};
