import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { RegionForm } from '../../cloud/core/planning/region/form.ts';
import { generateRegion } from '../../cloud/core/planning/region/generate.ts';
import { type Trade, trades } from '../../cloud/core/planning/region/trades.ts';
import {
  drawLife,
  drawNormal,
  learnReader,
  type Reader,
  type WearSignal,
} from '../../cloud/core/planning/region/wear.ts';

export const startMs = Date.UTC(2027, 0, 4, 4);

/** One component at one machine: its lives follow one another, the same in every simulation with the seed. */
export interface Wearing {
  readonly id: string;
  readonly site: string;
  readonly machine: string;
  readonly trade: Trade;
  readonly random: Random;
  /** When it was new, and when it will fail unless it is replaced. */
  bornMs: number;
  failsMs: number;
  /** The earliest day by which one in ten was ever said to have failed, of this life. */
  earliestDueMs: number;
  /** Error of what is read off it, in sigmas: from week to week much the same. */
  misreading: number;
}

/** How the readings of a forecaster come about: from the share of the life that is gone, and by chance. */
export interface Quality {
  readonly name: 'perfect' | 'real' | 'useless';
  readonly readingOf: (gone: number, misreading: number) => number;
}

/** Good forecasts on public run-to-failure data are off by about 6 % of a life (NASA's turbofans: RMSE 11 to 13 of 206 cycles). */
export const qualities: readonly Quality[] = [
  { name: 'perfect', readingOf: (gone, misreading) => gone + 0.003 * misreading },
  { name: 'real', readingOf: (gone, misreading) => gone + 0.06 * misreading },
  { name: 'useless', readingOf: (_, misreading) => 0.5 + 0.25 * misreading },
];

const pastReadings = 2000;

/** What a forecaster has learnt of its own readings before the year begins, from lives that the year does not know. */
const readerOf = ({ readingOf }: Quality, random: Random): Reader =>
  learnReader(
    Array.from({ length: pastReadings }, () => {
      const gone = random();
      return { gone, reading: readingOf(gone, drawNormal(random)) };
    }),
  );

/** How much of a week's misreading is there the week after. */
const misreadingKept = 0.8;

const renew = (component: Wearing, atMs: number): void => {
  component.bornMs = atMs;
  component.earliestDueMs = Number.POSITIVE_INFINITY;
  component.failsMs = atMs + drawLife(component.trade, component.random) * dayMs;
};

export interface Fleet {
  /** The region without visits. */
  readonly region: RegionForm;
  readonly components: readonly Wearing[];
  readonly renew: typeof renew;
  /** A week passes for whoever reads the machines. */
  readonly readAgain: () => void;
  readonly signalOf: (component: Wearing, nowMs: number) => WearSignal;
}

/** A small company and its customers' components, each somewhere in its life. */
export const createFleet = (seed: number, technicians: number, count: number, quality: Quality): Fleet => {
  const made = generateRegion({ technicians, visits: Math.ceil(count / 2), days: 14, seed, nowMs: startMs });
  const random = seededRandom(seed + 1_000_000);
  const readings = seededRandom(seed + 2_000_000);
  const reader = readerOf(quality, seededRandom(seed + 3_000_000));
  const alone = trades.filter(({ crew }) => !crew);
  const components = Array.from({ length: count }, (_, i): Wearing => {
    const machine = made.machines[Math.floor(random() * made.machines.length)];
    const trade = alone[Math.floor(random() * alone.length)];
    if (!machine || !trade) throw new Error('the region has no machine');
    const own = seededRandom(seed * 100_000 + i);
    const life = drawLife(trade, own);
    const bornMs = startMs - own() * life * dayMs;
    const failsMs = bornMs + life * dayMs;
    const place = { id: `C${i}`, site: machine.site, machine: machine.id };
    const earliestDueMs = Number.POSITIVE_INFINITY;
    return { ...place, trade, random: own, bornMs, failsMs, earliestDueMs, misreading: drawNormal(readings) };
  });
  return {
    region: { ...made, visits: [], stock: [], deliveries: [], reservations: [] },
    components,
    renew,
    readAgain: () => {
      for (const component of components)
        component.misreading =
          misreadingKept * component.misreading + Math.sqrt(1 - misreadingKept ** 2) * drawNormal(readings);
    },
    signalOf: ({ bornMs, failsMs, misreading }, nowMs) => ({
      reading: quality.readingOf((nowMs - bornMs) / (failsMs - bornMs), misreading),
      reader,
    }),
  };
};
