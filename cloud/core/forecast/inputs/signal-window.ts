import type { FeatureKind } from './feature-kind.ts';

/** Window lengths in rows: short ones for what happens now, long ones for wear that noise hides. */
const windowRows = [3, 5, 15, 30, 60, 90, 120, 240] as const;
/** First rows of a life, its own healthy baseline. */
const baselineRows = 20;

interface WindowMoments {
  readonly mean: number;
  /** Least-squares change per row. */
  readonly slope: number;
  readonly spread: number;
}

/** One signal as it looks at one row, from that row and earlier ones of the same life. */
export interface SignalWindow {
  readonly last: number;
  readonly of: Readonly<Record<(typeof windowRows)[number], WindowMoments>>;
  readonly meanOfLife: number;
  readonly baseline: number;
}

interface SignalFeature {
  readonly suffix: string;
  readonly kind: FeatureKind;
  readonly value: (window: SignalWindow) => number;
}

/** Features of each sensor. The first is the one that tells whether a point is up or down. */
export const sensorFeatures: readonly SignalFeature[] = [
  { suffix: 'mean15', kind: 'level', value: ({ of }) => of[15].mean },
  { suffix: 'mean60', kind: 'level', value: ({ of }) => of[60].mean },
  { suffix: 'last', kind: 'level', value: ({ last }) => last },
  { suffix: 'mean3', kind: 'level', value: ({ of }) => of[3].mean },
  { suffix: 'step', kind: 'change', value: ({ last, of }) => last - of[15].mean },
  { suffix: 'slope30', kind: 'trend', value: ({ of }) => of[30].slope },
  { suffix: 'slope60', kind: 'trend', value: ({ of }) => of[60].slope },
  { suffix: 'slope120', kind: 'trend', value: ({ of }) => of[120].slope },
  { suffix: 'slope240', kind: 'trend', value: ({ of }) => of[240].slope },
  { suffix: 'bend60', kind: 'trend', value: ({ of }) => of[30].mean - of[60].mean },
  { suffix: 'bend120', kind: 'trend', value: ({ of }) => of[60].mean - of[120].mean },
  { suffix: 'spread60', kind: 'spread', value: ({ of }) => of[60].spread },
  { suffix: 'change15', kind: 'change', value: ({ of, baseline }) => of[15].mean - baseline },
];

/** Features of each principal component: less noise, so that more of them pay. */
export const commonFeatures: readonly SignalFeature[] = [
  ...sensorFeatures,
  { suffix: 'mean5', kind: 'level', value: ({ of }) => of[5].mean },
  { suffix: 'mean30', kind: 'level', value: ({ of }) => of[30].mean },
  { suffix: 'meanLife', kind: 'level', value: ({ meanOfLife }) => meanOfLife },
  { suffix: 'slope15', kind: 'trend', value: ({ of }) => of[15].slope },
  { suffix: 'slope90', kind: 'trend', value: ({ of }) => of[90].slope },
  { suffix: 'bend30', kind: 'trend', value: ({ of }) => of[15].mean - of[30].mean },
  { suffix: 'steepening', kind: 'trend', value: ({ of }) => of[30].slope - of[120].slope },
  { suffix: 'spread15', kind: 'spread', value: ({ of }) => of[15].spread },
  { suffix: 'change5', kind: 'change', value: ({ of, baseline }) => of[5].mean - baseline },
  { suffix: 'change60', kind: 'change', value: ({ of, baseline }) => of[60].mean - baseline },
];

/** Running means of one signal over a life, so that long memory costs nothing per row. */
interface LifeMemory {
  readonly baseline: Float64Array;
  readonly mean: Float64Array;
}

const memoryOf = (signal: Float64Array, firstRow: number, endRow: number): LifeMemory => {
  const baseline = new Float64Array(endRow - firstRow);
  const mean = new Float64Array(endRow - firstRow);
  let early = 0;
  let earlyCount = 0;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < mean.length; i++) {
    const value = signal[firstRow + i] as number;
    if (Number.isFinite(value)) {
      sum += value;
      count++;
      if (earlyCount < baselineRows) {
        early += value;
        earlyCount++;
      }
    }
    baseline[i] = early / earlyCount;
    mean[i] = sum / count;
  }
  return { baseline, mean };
};

/** Moments of all windows that end at `row`, in one pass backwards; rows before `firstRow` and missing values do not count. */
const momentsAt = (signal: Float64Array, firstRow: number, row: number): SignalWindow['of'] => {
  const moments = {} as Record<(typeof windowRows)[number], WindowMoments>;
  let back = 0;
  let n = 0;
  let sx = 0;
  let sxx = 0;
  let st = 0;
  let stt = 0;
  let stx = 0;
  for (const length of windowRows) {
    const end = Math.min(length, row - firstRow + 1);
    for (; back < end; back++) {
      const x = signal[row - back] as number;
      if (!Number.isFinite(x)) continue;
      n++;
      sx += x;
      sxx += x * x;
      st -= back;
      stt += back * back;
      stx -= back * x;
    }
    const mean = sx / n;
    const vt = stt - (st * st) / n;
    moments[length] = {
      mean,
      slope: n >= 3 ? (stx - st * mean) / vt : Number.NaN,
      spread: n >= 3 ? Math.sqrt(Math.max(0, (sxx - sx * mean) / (n - 1))) : Number.NaN,
    };
  }
  return moments;
};

/** Windows of one signal over the rows [firstRow, endRow) of one life. */
export const createSignalWindows = (signal: Float64Array, firstRow: number, endRow: number) => {
  const memory = memoryOf(signal, firstRow, endRow);
  return (row: number): SignalWindow => ({
    last: signal[row] as number,
    of: momentsAt(signal, firstRow, row),
    meanOfLife: memory.mean[row - firstRow] as number,
    baseline: memory.baseline[row - firstRow] as number,
  });
};
