import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import type { Location } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../../calendar/local-time.ts';
import { haversineKm } from '../travel.ts';
import type { RegionForm } from './form.ts';
import type { RegionDepot, RegionTechnician } from './form-people.ts';
import type { RegionMachine, RegionSite, RegionVisit } from './form-work.ts';
import { towns } from './towns.ts';
import { crafts, hoursOn, openings, supplierLeadTimeDays, type Trade, trades } from './trades.ts';
import { drawLife, drawNormal, remainingLife, waitingCurve } from './wear.ts';

export interface GenerateOptions {
  readonly technicians: number;
  readonly visits: number;
  /** Length of the horizon. */
  readonly days: number;
  readonly seed: number;
  readonly nowMs: number;
}

const timeZone = 'Europe/Helsinki';
/** Thousands of people that one technician serves. */
const peoplePerTechnician = 19;
/** Technicians that share a depot. */
const techniciansPerDepot = 12;
/** One sigma of the share of a life that a forecaster says is gone. */
const reader = { offset: 0, slope: 1, error: 0.06 };

/** Seeded draws in the words of the generator. */
const createDraws = (random: Random) => {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  return {
    random,
    pick,
    upTo: (most: number): number => Math.floor(random() * (most + 1)),
    chance: (probability: number): boolean => random() < probability,
    /** Chosen as often as their weights say. */
    weighted: <T>(items: readonly T[], weightOf: (item: T) => number): T => {
      let left = random() * items.reduce((sum, item) => sum + weightOf(item), 0);
      for (const item of items) {
        left -= weightOf(item);
        if (left < 0) return item;
      }
      return items.at(-1) as T;
    },
  };
};
type Draws = ReturnType<typeof createDraws>;

interface Town {
  readonly name: string;
  readonly location: Location;
  readonly thousands: number;
}

const allTowns: readonly Town[] = towns.map(([name, latitude, longitude, thousands]) => ({
  name,
  location: { latitude, longitude },
  thousands,
}));

/** The towns around one of them that have people for so many technicians. */
const townsFor = (technicians: number, draws: Draws): Town[] => {
  const centre = draws.pick(allTowns.filter(({ thousands }) => thousands >= 25));
  const wanted = technicians * peoplePerTechnician;
  const near = [...allTowns].sort(
    (a, b) => haversineKm(centre.location, a.location) - haversineKm(centre.location, b.location),
  );
  const chosen: Town[] = [];
  let people = 0;
  for (const town of near) {
    if (people >= wanted) break;
    chosen.push(town);
    people += town.thousands;
  }
  return chosen;
};

const kmPerDegree = 111.2;

/** A place in or around a town: big towns are wide, and one in five lies out in the country. */
const placeNear = ({ location, thousands }: Town, { random, chance }: Draws): Location => {
  const spreadKm = (1 + 0.35 * Math.sqrt(thousands)) * (chance(0.2) ? 3 : 1);
  const latitude = location.latitude + (spreadKm / kmPerDegree) * drawNormal(random);
  const kmPerLongitude = kmPerDegree * Math.cos((latitude * Math.PI) / 180);
  const round = (value: number) => Math.round(value * 1e5) / 1e5;
  return {
    latitude: round(latitude),
    longitude: round(location.longitude + (spreadKm / kmPerLongitude) * drawNormal(random)),
  };
};

const onDay = (nowMs: number, days: number): string => localDayOf(nowMs + days * dayMs, timeZone);

const makeDepots = (own: readonly Town[], technicians: number, draws: Draws): RegionDepot[] =>
  [...own]
    .sort((a, b) => b.thousands - a.thousands)
    .slice(0, Math.max(1, Math.round(technicians / techniciansPerDepot)))
    .map((town) => ({
      id: `D-${town.name}`,
      location: placeNear({ ...town, thousands: 1 }, draws),
      open: { timeZone, hours: hoursOn([1, 2, 3, 4, 5, 6], '06:00', '20:00'), closedOn: [] },
      stopMin: 15,
      tools: ['hoist', 'insulationTester'],
    }));

const nearest = <T extends { readonly location: Location }>(things: readonly T[], to: Location): T =>
  things.reduce((best, thing) => (haversineKm(thing.location, to) < haversineKm(best.location, to) ? thing : best));

const makeTechnician = (
  i: number,
  own: readonly Town[],
  depots: readonly RegionDepot[],
  options: GenerateOptions,
  draws: Draws,
): RegionTechnician => {
  const { chance, pick, upTo } = draws;
  const start = placeNear(
    draws.weighted(own, (town) => town.thousands),
    draws,
  );
  const craft = crafts[i % crafts.length] ?? pick(crafts);
  const [from, to] = pick([
    ['06:30', '15:00'],
    ['07:00', '15:30'],
    ['07:30', '16:00'],
    ['08:00', '16:30'],
  ] as const);
  const isSenior = chance(0.6);
  const absentFrom = upTo(options.days);
  const absent = chance(0.15)
    ? Array.from({ length: 1 + upTo(4) }, (_, d) => onDay(options.nowMs, absentFrom + d))
    : [];
  const until = (share: number) => onDay(options.nowMs, chance(share) ? 400 : upTo(options.days));
  return {
    id: `T${i + 1}`,
    start,
    depot: nearest(depots, start).id,
    working: { timeZone, hours: hoursOn([1, 2, 3, 4, 5], from, to), closedOn: absent },
    break: { minutes: 30, from: '10:45', to: '12:30' },
    overtime: { minutes: 90, extraPerHourCents: 2500 },
    ...craft,
    skills: craft.skills.map(({ skill, level }) => ({ skill, level: isSenior ? level : Math.max(1, level - 1) })),
    certificates: [
      ...(chance(0.7) ? [{ code: 'hotWork', validUntilOn: until(0.9) }] : []),
      ...(craft.skills.some(({ skill }) => skill === 'electrical')
        ? [{ code: 'electricalWork', validUntilOn: until(0.95) }]
        : []),
      ...(craft.skills.some(({ skill }) => skill === 'compressedAir')
        ? [{ code: 'pressureEquipment', validUntilOn: until(0.9) }]
        : []),
    ],
    tools: [...craft.tools],
    workFactors: { ...craft.workFactors },
    costPerHourCents: 4200 + 100 * upTo(18),
    costPerKmCents: 45,
  };
};

const makeSite = (i: number, own: readonly Town[], options: GenerateOptions, draws: Draws): RegionSite => {
  const town = draws.weighted(own, ({ thousands }) => thousands);
  const { hours, setUpMin } = draws.weighted(openings, ({ share }) => share);
  const closedFrom = draws.upTo(options.days);
  const closedOn = draws.chance(0.08)
    ? Array.from({ length: 1 + draws.upTo(3) }, (_, d) => onDay(options.nowMs, closedFrom + d))
    : [];
  return {
    id: `S${i + 1}`,
    location: placeNear(town, draws),
    access: { timeZone, hours: [...hours], closedOn },
    setUpMin,
    area: town.name,
  };
};

const at = (ms: number): string => new Date(ms).toISOString();

/** Why there is a visit: a forecast, a date in a service plan, or something that has broken already. */
const occasionOf = (trade: Trade, { nowMs, days }: GenerateOptions, draws: Draws): Partial<RegionVisit> => {
  const { random, chance, upTo } = draws;
  const drawn = random();
  if (drawn < 0.06)
    return { slaOn: onDay(nowMs, 1 + upTo(2)), slaCents: 60_000, latePerDayCents: 25_000, dueOn: onDay(nowMs, 1) };
  if (drawn < 0.32)
    return {
      dueOn: onDay(nowMs, 2 + upTo(days + 10)),
      latePerDayCents: 4000,
      penaltyCents: 15_000,
      revenueCents: 5000 + 100 * upTo(150),
    };
  // Of those near their end, as a forecaster would have picked them.
  const life = drawLife(trade, random);
  const leftDays = Math.min(life, days * 0.3 + days * 2.5 * random());
  const signal = { reading: 1 - leftDays / life + reader.error * drawNormal(random), reader };
  return {
    waiting: waitingCurve(trade, remainingLife(trade, life - leftDays, signal), nowMs),
    penaltyCents: 4000 + 100 * upTo(60),
    ...(chance(0.15) ? { revenueCents: 10_000 } : {}),
  };
};

/** Dates that an owner gave: a morning or an afternoon of some days. */
const askedWindows = ({ nowMs, days }: GenerateOptions, { upTo, pick }: Draws): NonNullable<RegionVisit['windows']> =>
  Array.from({ length: 2 + upTo(2) }, () => 1 + upTo(days - 2)).map((day) => {
    const startMs = Date.parse(`${onDay(nowMs, day)}T${pick(['05', '10'])}:00:00Z`);
    return { fromAt: at(startMs), toAt: at(startMs + 5 * hourMs) };
  });

const makeVisit = (i: number, machine: RegionMachine, options: GenerateOptions, draws: Draws): RegionVisit => {
  const { chance, upTo } = draws;
  const trade = draws.weighted(trades, ({ meanLifeDays }) => 1 / meanLifeDays);
  const promisedMs = Date.parse(`${onDay(options.nowMs, 1 + upTo(6))}T06:00:00Z`);
  return {
    id: `V${i + 1}`,
    site: machine.site,
    machine: machine.id,
    kind: trade.kind,
    durationMin: trade.durationMin,
    skills: [...trade.skills],
    certificates: [...trade.certificates],
    tools: [...trade.tools],
    parts: [...trade.parts],
    ...(trade.crew ? { second: { skills: [] } } : {}),
    ...occasionOf(trade, options, draws),
    ...(chance(0.1) ? { windows: askedWindows(options, draws) } : {}),
    ...(chance(0.08)
      ? { promised: { fromAt: at(promisedMs), toAt: at(promisedMs + 6 * hourMs), moveCents: 8000 } }
      : {}),
  };
};

const makeStock = (
  technicians: readonly RegionTechnician[],
  depots: readonly RegionDepot[],
  visits: readonly RegionVisit[],
  draws: Draws,
): RegionForm['stock'] => {
  const demand = new Map<string, number>();
  for (const { parts = [] } of visits)
    for (const { part, quantity } of parts) demand.set(part, (demand.get(part) ?? 0) + quantity);
  const line = (place: string, share: number) =>
    [...demand].map(([part, quantity]) => ({
      part,
      place,
      quantity: Math.round(quantity * share * (0.5 + draws.random())),
    }));
  return [
    ...technicians.flatMap(({ id }) => line(id, 0.6 / technicians.length)),
    ...depots.flatMap(({ id }) => line(id, 0.9 / depots.length)),
  ].filter(({ quantity }) => quantity > 0);
};

/**
 * A service company's region in Finland: towns where they are, technicians and customers where people live, and visits
 * as wear brings them. The same options give the same region. Nothing of it is a real company or customer.
 */
export const generateRegion = (options: GenerateOptions): RegionForm => {
  const { technicians: staff, visits: count, days, seed, nowMs } = options;
  const draws = createDraws(seededRandom(seed));
  const own = townsFor(staff, draws);
  const depots = makeDepots(own, staff, draws);
  const technicians = Array.from({ length: staff }, (_, i) => makeTechnician(i, own, depots, options, draws));
  const sites = Array.from({ length: Math.max(1, Math.ceil(count * 0.55)) }, (_, i) =>
    makeSite(i, own, options, draws),
  );
  const machines = sites.flatMap((site, i): RegionMachine[] =>
    Array.from({ length: 1 + draws.upTo(3) }, (_, m) => ({
      id: `M${i + 1}.${m + 1}`,
      site: site.id,
      setUpMin: draws.pick([0, 0, 5, 10]),
    })),
  );
  const visits = Array.from({ length: count }, (_, i) => makeVisit(i, draws.pick(machines), options, draws));
  return {
    timeZone,
    nowAt: at(nowMs),
    toOn: onDay(nowMs, days - 1),
    technicians,
    depots,
    sites,
    machines,
    visits,
    parts: Object.entries(supplierLeadTimeDays).map(([id, leadDays]) => ({ id, supplierLeadTimeDays: leadDays })),
    stock: makeStock(technicians, depots, visits, draws),
    reservations: [],
    deliveries: depots.map(({ id }) => ({ part: 'F-220', depot: id, quantity: 10, arrivesOn: onDay(nowMs, 2) })),
    kits: [],
    travel: { by: 'haversine' },
    prices: { currency: 'EUR', moveCents: 5000, latePerDayCents: 3000, slaCents: 50_000 },
  };
};
