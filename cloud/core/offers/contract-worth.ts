import type { Random } from '@kuluma/shared/clock.ts';
import type { ContractWorth, Covers, UncertainCents } from '@kuluma/shared/model/agreements.ts';
import { firstReach, type Knot } from '../recommendations/curve.ts';

/** How often components of a kind were replaced or failed, in how many machine years. */
export interface Observed {
  readonly events: number;
  readonly years: number;
}

/** A line of the price of a visit, with VAT; a part is used as often as its list says. */
export interface VisitLine {
  readonly kind: Covers[number];
  readonly grossCents: number;
  readonly useProbability: number;
}

/** What is known of one component of the machine, and what a visit for it costs without a contract. */
export interface ComponentOutlook {
  readonly lines: readonly VisitLine[];
  /** P(failure within x days from now), of a forecast that counts; empty without one. */
  readonly curve: readonly Knot[];
  /** On the machines of this owner. */
  readonly own: Observed;
  /** On the machines of the model elsewhere. */
  readonly others: Observed;
}

/** The contract in question; prices with VAT. Days count from now: it holds from the first to the last of them. */
export interface ContractTerms {
  readonly covers: Covers;
  readonly monthlyGrossCents: number;
  readonly visitGrossCents: number;
  readonly months: number;
  readonly fromDays: number;
  readonly untilDays: number;
}

const draws = 4000;
const daysPerYear = 365.25;
/** Machine years below which nothing is said of how often a component needs service. */
const leastYears = 1;
/** What is seen at other owners counts as one machine year at the most, however much it is: own history leads. */
const priorYears = 1;
/** A rate that came out absurd would never end: one visit a week. */
const mostVisits = 52 * 6;

/** Shape and rate (years) of what is believed of the yearly rate. */
interface Belief {
  readonly shape: number;
  readonly years: number;
}

/**
 * The rate of a Poisson process after so many events in so many years, as a gamma distribution: conjugate to it (Gelman et
 * al., Bayesian Data Analysis, 3rd edition, 2.6). The prior is worth one machine year of the same model elsewhere (unit
 * information, Kass and Wasserman 1995), or as much as was seen of it; without any it is that of Jeffreys.
 */
export const beliefOf = ({ own, others }: Pick<ComponentOutlook, 'own' | 'others'>): Belief => {
  const jeffreys = 0.5;
  const weight = others.years > priorYears ? priorYears / others.years : 1;
  return { shape: weight * (jeffreys + others.events) + own.events, years: weight * others.years + own.years };
};

/** Standard normal, by the polar method of Marsaglia and Bray (1964). */
const normal = (random: Random): number => {
  for (;;) {
    const [u, v] = [2 * random() - 1, 2 * random() - 1];
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
};

/** Gamma with rate 1. Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000. */
const gamma = (shape: number, random: Random): number => {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};

/** Days from now of the first failure: as forecast, and past the end of the forecast as often as was seen. */
const firstFailure = (curve: readonly Knot[], nextDays: () => number, random: Random): number => {
  const last = curve.at(-1);
  if (!last) return nextDays();
  const level = random();
  return level < last.y ? (firstReach(curve, level) ?? 0) : last.x + nextDays();
};

/** How often one component calls for a visit within the time of the contract, in one of many possible futures. */
const visitsOf = (outlook: ComponentOutlook, { fromDays, untilDays }: ContractTerms, random: Random): number => {
  const { shape, years } = beliefOf(outlook);
  const perDay = gamma(shape, random) / years / daysPerYear;
  const nextDays = () => -Math.log(1 - random()) / perDay;
  let visits = 0;
  let day = firstFailure(outlook.curve, nextDays, random);
  // What comes after the first failure has no memory: how often it came before the contract tells nothing.
  if (day < fromDays) day = fromDays + nextDays();
  while (day <= untilDays && visits < mostVisits) {
    visits++;
    day += nextDays();
  }
  return visits;
};

/** What a visit costs, and what of it the contract pays. */
const visitCost = (lines: readonly VisitLine[], covers: Covers, random: Random) => {
  let [total, covered] = [0, 0];
  for (const { kind, grossCents, useProbability } of lines) {
    if (random() >= useProbability) continue;
    total += grossCents;
    if (covers.includes(kind)) covered += grossCents;
  }
  return { total, covered };
};

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: Float64Array): UncertainCents => {
  const sorted = values.toSorted();
  const at = (level: number) => Math.round(sorted[Math.round(level * (sorted.length - 1))] ?? 0);
  return { meanCents: Math.round(meanOf(values)), p10Cents: at(0.1), p90Cents: at(0.9) };
};

const sumOf = (outlooks: readonly ComponentOutlook[], of: (one: ComponentOutlook) => number): number =>
  outlooks.reduce((sum, one) => sum + of(one), 0);

const basisOf = (outlooks: readonly ComponentOutlook[]): ContractWorth['basis'] => ({
  ownEvents: sumOf(outlooks, ({ own }) => own.events),
  ownYears: Math.max(0, ...outlooks.map(({ own }) => own.years)),
  otherEvents: sumOf(outlooks, ({ others }) => others.events),
  otherYears: Math.max(0, ...outlooks.map(({ others }) => others.years)),
  forecasts: outlooks.filter(({ curve }) => curve.length > 0).length,
});

/** Whether enough was seen of a component to say how often it needs service. */
const isKnown = ({ own, others }: ComponentOutlook): boolean =>
  own.years + Math.min(priorYears, others.years) >= leastYears;

const nothing: UncertainCents = { meanCents: 0, p10Cents: 0, p90Cents: 0 };

/** Nobody can say: figures of too little would be read as figures. */
const notKnown = (outlooks: readonly ComponentOutlook[]): ContractWorth => ({
  ...{ verdict: 'unknown', visits: 0, without: nothing, with: nothing, saving: nothing },
  ...{ savingProbability: 0, breakEvenMonthlyCents: 0, basis: basisOf(outlooks) },
});

/**
 * What a contract is worth to an owner: the cost of the visits of its time with it and without it, over many possible
 * futures (a compound of a renewal process per component with the price of each visit: Cox, Renewal Theory, 1962; by
 * simulation). A component fails first as it is forecast, then as often as components of its kind did. Both ways are
 * reckoned over the same futures, so that their difference is that of the contract alone. What a stop of the machine costs
 * its owner is the same both ways, and stands in neither.
 *
 * It is worth it where the mean saving is above zero beyond the error of the simulation (two standard errors).
 * @param random seeded: the same facts give the same answer
 */
export const reckonContract = (
  outlooks: readonly ComponentOutlook[],
  terms: ContractTerms,
  random: Random,
): ContractWorth => {
  if (outlooks.length === 0 || !outlooks.every(isKnown)) return notKnown(outlooks);
  const { covers, monthlyGrossCents, visitGrossCents, months } = terms;
  const fee = monthlyGrossCents * months;
  const [without, withIt, saving] = [new Float64Array(draws), new Float64Array(draws), new Float64Array(draws)];
  let visits = 0;
  for (let i = 0; i < draws; i++) {
    let [plain, agreed] = [0, fee];
    for (const outlook of outlooks)
      for (let visit = visitsOf(outlook, terms, random); visit > 0; visit--) {
        const { total, covered } = visitCost(outlook.lines, covers, random);
        plain += total;
        agreed += total - covered + visitGrossCents;
        visits++;
      }
    without[i] = plain;
    withIt[i] = agreed;
    saving[i] = plain - agreed;
  }
  const mean = meanOf(saving);
  const deviation = Math.sqrt(meanOf(saving.map((value) => (value - mean) ** 2)));
  const isWorth = mean > (2 * deviation) / Math.sqrt(draws);
  return {
    verdict: isWorth ? 'worth' : 'notWorth',
    visits: visits / draws,
    without: spreadOf(without),
    with: spreadOf(withIt),
    saving: spreadOf(saving),
    savingProbability: saving.filter((value) => value > 0).length / draws,
    breakEvenMonthlyCents: Math.floor(monthlyGrossCents + mean / months),
    basis: basisOf(outlooks),
  };
};
