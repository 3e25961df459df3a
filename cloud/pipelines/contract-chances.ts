import { seededRandom } from '@kuluma/shared/clock.ts';
import type { ContractPlan, ContractWorth } from '@kuluma/shared/model/agreements.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { grossCentsOf } from '@kuluma/shared/model/money.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf, nextDay } from '../core/calendar/local-time.ts';
import { type ContractChance, chanceOf } from '../core/offers/contract-offers.ts';
import { type ComponentOutlook, type Observed, reckonContract, type VisitLine } from '../core/offers/contract-worth.ts';
import { runsAt } from '../core/offers/legal-basis.ts';
import { noCover, type PriceList, priceLines } from '../core/offers/price.ts';
import type { Knot } from '../core/recommendations/curve.ts';
import { failureCurve } from '../core/recommendations/failure-curve.ts';
import { type Lookup, needed } from './lookup.ts';
import { componentTypeOf, installedComponents, lastForecastOf, ownerIdOf } from './machine-facts.ts';

const yearMs = 365.25 * dayMs;
/** A forecast from older data says nothing of now. */
const staleMs = 7 * dayMs;
/** So that the same facts give the same answer at each look. */
const seed = 1;

/** All kinds of records that chances are reckoned from, for a look at many machines. */
export const reckonedKinds = [
  ...(['machine', 'machineModel', 'machineOwnership', 'component', 'warranty', 'serviceContract'] as const),
  ...(['visit', 'outcome', 'recommendation', 'part', 'kit', 'case'] as const),
] as const;

interface Installed {
  readonly component: RecordOf<'component'>;
  readonly years: number;
  readonly events: number;
}

/** Visits since an instant to a component that left it in place: what they cost counts as much as a replacement does. */
const visitsWithout = async (
  lookup: Lookup,
  { id, machineId }: RecordOf<'component'>,
  fromMs: number,
): Promise<number> => {
  let count = 0;
  for (const visit of await lookup.by('visit', 'machineId', machineId)) {
    if ((await lookup.get('recommendation', visit.recommendationId))?.componentId !== id) continue;
    const outcomes = await lookup.by('outcome', 'visitId', visit.id);
    count += outcomes.filter(({ componentReplaced, closedAtMs }) => !componentReplaced && closedAtMs >= fromMs).length;
  }
  return count;
};

/** What happened to the components of a machine since an instant. */
const readInstalled = async (
  lookup: Lookup,
  machineId: string,
  fromMs: number,
  nowMs: number,
): Promise<Installed[]> => {
  const known: Installed[] = [];
  for (const component of await lookup.by('component', 'machineId', machineId)) {
    const { period, endedBy } = component;
    const untilMs = Math.min(period.toMs ?? nowMs, nowMs);
    const ms = untilMs - Math.max(period.fromMs, fromMs);
    if (ms <= 0) continue;
    const events = (endedBy === null ? 0 : 1) + (await visitsWithout(lookup, component, fromMs));
    known.push({ component, years: ms / yearMs, events });
  }
  return known;
};

/** By lookup, machine and instants: each machine of a model counts for the chances of all others of it. */
const installedIn = new WeakMap<Lookup, Map<string, Promise<Installed[]>>>();

const installedSince = (lookup: Lookup, machineId: string, fromMs: number, nowMs: number): Promise<Installed[]> => {
  const ofLookup = installedIn.get(lookup) ?? new Map<string, Promise<Installed[]>>();
  installedIn.set(lookup, ofLookup);
  const key = `${machineId} ${fromMs} ${nowMs}`;
  const installed = ofLookup.get(key) ?? readInstalled(lookup, machineId, fromMs, nowMs);
  ofLookup.set(key, installed);
  return installed;
};

const observedOf = (installed: readonly Installed[], code: string): Observed => {
  const alike = installed.filter(({ component }) => component.componentCode === code);
  return {
    events: alike.reduce((sum, { events }) => sum + events, 0),
    years: alike.reduce((sum, { years }) => sum + years, 0),
  };
};

/** How often components of a model needed service: at one owner since its machines are theirs, and elsewhere. */
const historyOf = async (lookup: Lookup, machineModelId: string, ownerId: string, nowMs: number) => {
  const [own, others]: [Installed[], Installed[]] = [[], []];
  for (const { id } of await lookup.by('machine', 'machineModelId', machineModelId)) {
    const ownerships = await lookup.by('machineOwnership', 'machineId', id);
    const theirs = ownerships.find((one) => one.ownerId === ownerId && runsAt(one.period, nowMs));
    const list = await installedSince(lookup, id, theirs?.period.fromMs ?? 0, nowMs);
    (theirs ? own : others).push(...list);
  }
  return { own, others };
};

/** When the component fails, from now on, as it was forecast; nothing where nobody knows. */
const curveOf = async (lookup: Lookup, componentId: string, nowMs: number): Promise<Knot[]> => {
  const forecast = await lastForecastOf(lookup, componentId);
  if (!forecast?.rulDays || nowMs - forecast.dataUntilMs > staleMs) return [];
  const sinceDays = (nowMs - forecast.forecastAtMs) / dayMs;
  return failureCurve(forecast.rulDays, forecast.failureProbability).map(({ x, y }) => ({
    x: Math.max(0, x - sinceDays),
    y,
  }));
};

/** The way to a machine as it was last driven; nobody charges for one that nobody knows. */
const kmTo = async (lookup: Lookup, machineId: string): Promise<number> =>
  Math.round((await lookup.by('visit', 'machineId', machineId)).at(-1)?.slot.travelKm ?? 0);

/** What a visit to replace a component costs its owner at the prices of now. */
const visitLines = async (
  lookup: Lookup,
  component: RecordOf<'component'>,
  prices: PriceList,
): Promise<VisitLine[]> => {
  const type = needed(await componentTypeOf(lookup, component), 'component type');
  const gross = (netCents: number) => grossCentsOf(Math.round(netCents), prices.vatRatePermille);
  const lines = priceLines({ ...type, action: 'replace' }, [], await lookup.list('part'), prices, noCover);
  const partsFrom = lines.length - type.bom.length;
  const km = await kmTo(lookup, component.machineId);
  const travel = { kind: 'travel', grossCents: gross(km * prices.travelCentsPerKm), useProbability: 1 } as const;
  const priced = lines.flatMap(({ kind, netCents }, i): VisitLine[] => {
    const useProbability = type.bom[i - partsFrom]?.useProbability ?? 1;
    return kind === 'contractVisit' ? [] : [{ kind, grossCents: gross(netCents), useProbability }];
  });
  return [...priced, travel];
};

/** A machine whose warranty ends, the contract that its owner could have, and what that is worth to them. */
export interface MachineChance extends ContractChance {
  readonly machineId: Id<'machine'>;
  readonly ownerId: Id<'owner'>;
  readonly model: RecordOf<'machineModel'>;
  readonly plan: ContractPlan;
}

/** The chance of a machine, if it has one now. */
export const machineChance = async (
  lookup: Lookup,
  machineId: Id<'machine'>,
  nowMs: number,
): Promise<MachineChance | undefined> => {
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  const model = needed(await lookup.get('machineModel', machine.machineModelId), 'machine model');
  const ownerId = await ownerIdOf(lookup, machineId, nowMs);
  const plan = model.contractPlan;
  if (!plan || !ownerId) return undefined;
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const chance = chanceOf(
    dayKeyOf(nowMs, timeZone),
    plan,
    await lookup.by('warranty', 'machineId', machineId),
    (await lookup.by('serviceContract', 'machineId', machineId)).filter((one) => one.ownerId === ownerId),
  );
  return chance && { ...chance, machineId, ownerId, model, plan };
};

/** What the contract of a chance is worth to the owner on their own data. */
export const worthOf = async (
  lookup: Lookup,
  { machineId, ownerId, model, plan, fromOn, untilOn }: MachineChance,
  prices: PriceList,
  nowMs: number,
): Promise<ContractWorth> => {
  const { own, others } = await historyOf(lookup, model.id, ownerId, nowMs);
  const outlooks: ComponentOutlook[] = [];
  for (const component of await installedComponents(lookup, machineId, nowMs))
    outlooks.push({
      lines: await visitLines(lookup, component, prices),
      curve: await curveOf(lookup, component.id, nowMs),
      own: observedOf(own, component.componentCode),
      others: observedOf(others, component.componentCode),
    });
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const daysTo = (day: string) => (instantOf(day, '00:00', timeZone) - nowMs) / dayMs;
  const { covers, monthlyCents, visitCents, months } = plan;
  return reckonContract(
    outlooks,
    {
      ...{ covers, months, fromDays: daysTo(fromOn), untilDays: daysTo(nextDay(untilOn)) },
      monthlyGrossCents: grossCentsOf(monthlyCents, prices.vatRatePermille),
      visitGrossCents: grossCentsOf(visitCents, prices.vatRatePermille),
    },
    seededRandom(seed),
  );
};
