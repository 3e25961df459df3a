import type { RegionForm } from './form.ts';
import type { PartLine, RegionDepot, RegionTechnician } from './form-people.ts';
import type { RegionMachine, RegionSite, RegionVisit } from './form-work.ts';
import type { Trouble, TroubleCode } from './trouble.ts';
import { isTimeZone } from './zones.ts';

/** What of a region can be planned, and what cannot and why. Things stand under their ids. */
export interface SiftedRegion {
  readonly technicians: ReadonlyMap<string, RegionTechnician>;
  readonly depots: ReadonlyMap<string, RegionDepot>;
  readonly sites: ReadonlyMap<string, RegionSite>;
  readonly machines: ReadonlyMap<string, RegionMachine>;
  readonly visits: ReadonlyMap<string, SiftedVisit>;
  readonly parts: ReadonlyMap<string, RegionForm['parts'][number]>;
  readonly stock: RegionForm['stock'];
  readonly reservations: RegionForm['reservations'];
  readonly deliveries: RegionForm['deliveries'];
  readonly troubles: readonly Trouble[];
}

export interface SiftedVisit extends RegionVisit {
  /** JSON pointer into the form. */
  readonly path: string;
  /** All parts, those of the kit among them, each once. */
  readonly lines: readonly PartLine[];
}

/** Says what is wrong with one thing; the first fault is enough to leave it out. */
type Say = (code: TroubleCode, key: string, message: string, hint?: string) => void;

/** Numbers that count something: below zero they say nothing. */
const sayNegative = (say: Say, values: Readonly<Record<string, number | undefined>>): void => {
  for (const [key, value = 0] of Object.entries(values))
    if (value < 0) say('badNumber', key, `${key} is ${value}`, 'a number from 0');
};

const sayZone = (say: Say, key: string, timeZone: string | undefined): void => {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    say('unknownTimeZone', `${key}/timeZone`, `time zone ${timeZone} is unknown`, 'an IANA name as Europe/Helsinki');
};

/** The things of one list about which nothing is said, under their ids. */
const sieve = <T extends { readonly id: string }, R = T>(
  troubles: Trouble[],
  list: string,
  things: readonly T[],
  look: (thing: T, say: Say, path: string) => R,
): Map<string, R> => {
  const kept = new Map<string, R>();
  const seen = new Set<string>();
  things.forEach((thing, i) => {
    const path = `/${list}/${i}`;
    const before = troubles.length;
    const isTwice = seen.has(thing.id);
    const visit = list === 'visits' && !isTwice ? { visit: thing.id } : {};
    const say: Say = (code, key, message, hint) =>
      troubles.push({ code, path: `${path}/${key}`, message, ...(hint ? { hint } : {}), ...visit });
    seen.add(thing.id);
    if (isTwice) say('duplicateId', 'id', `${thing.id} is there twice`, 'the first one stands');
    const looked = look(thing, say, path);
    if (troubles.length === before) kept.set(thing.id, looked);
  });
  return kept;
};

/** Lines without an id: stock, reservations, deliveries. */
const sieveLines = <T>(
  troubles: Trouble[],
  list: string,
  lines: readonly T[],
  look: (line: T, say: Say) => void,
): T[] => {
  const withIds = lines.map((line, i) => ({ id: String(i), line }));
  const kept = sieve(troubles, list, withIds, ({ line }, say) => {
    look(line, say);
    return line;
  });
  return [...kept.values()];
};

const lookAtTechnician = (technician: RegionTechnician, say: Say, depots: ReadonlySet<string>): RegionTechnician => {
  const { working, depot, costPerHourCents, costPerKmCents, costPerDayCents, overtime, workFactors = {} } = technician;
  sayZone(say, 'working', working.timeZone);
  sayNegative(say, { costPerHourCents, costPerKmCents, costPerDayCents });
  sayNegative(say, {
    'overtime/minutes': overtime?.minutes,
    'overtime/extraPerHourCents': overtime?.extraPerHourCents,
  });
  sayNegative(say, { 'break/minutes': technician.break?.minutes });
  for (const [kind, factor] of Object.entries(workFactors))
    if (!(factor > 0)) say('badNumber', `workFactors/${kind}`, `the factor of ${kind} is ${factor}`, 'above 0');
  if (depot !== undefined && !depots.has(depot)) say('unknownDepot', 'depot', `depot ${depot} is unknown`);
  return technician;
};

type Things = Pick<SiftedRegion, 'sites' | 'machines' | 'parts'> & {
  readonly kits: ReadonlyMap<string, RegionForm['kits'][number]>;
};

/** Parts of the visit and of its kit, added up. */
const linesOf = ({ parts = [], kit }: RegionVisit, kits: Things['kits']): PartLine[] => {
  const quantities = new Map<string, number>();
  for (const { part, quantity } of [...parts, ...((kit === undefined ? undefined : kits.get(kit)?.lines) ?? [])])
    quantities.set(part, (quantities.get(part) ?? 0) + quantity);
  return [...quantities].filter(([, quantity]) => quantity > 0).map(([part, quantity]) => ({ part, quantity }));
};

const lookAtVisit = (visit: RegionVisit, say: Say, path: string, things: Things): SiftedVisit => {
  const { site, machine, kit, durationMin, durationByLevel, parts = [], after, promised } = visit;
  if (!things.sites.has(site)) say('unknownSite', 'site', `site ${site} is unknown or wrong itself`, 'add it to sites');
  if (machine !== undefined && things.machines.get(machine)?.site !== site)
    say('unknownMachine', 'machine', `there is no machine ${machine} at site ${site}`, 'add it to machines');
  sayNegative(say, { durationMin, penaltyCents: visit.penaltyCents, revenueCents: visit.revenueCents });
  sayNegative(say, { latePerDayCents: visit.latePerDayCents, slaCents: visit.slaCents });
  sayNegative(say, { 'after/gapMin': after?.gapMin, 'promised/moveCents': promised?.moveCents });
  for (const [i, { level, minutes }] of (durationByLevel?.levels ?? []).entries())
    if (minutes < 0) say('badNumber', `durationByLevel/levels/${i}`, `level ${level} takes ${minutes} minutes`);
  for (const [i, { part, quantity }] of parts.entries()) {
    if (!things.parts.has(part)) say('unknownPart', `parts/${i}`, `part ${part} is unknown`, 'add it to parts');
    if (quantity < 0) say('badNumber', `parts/${i}`, `it takes ${quantity} of part ${part}`, 'a number from 0');
  }
  if (kit !== undefined && !things.kits.has(kit)) say('unknownKit', 'kit', `kit ${kit} is unknown or wrong itself`);
  for (const [i, point] of (visit.waiting ?? []).entries())
    sayNegative(say, {
      [`waiting/${i}/riskCents`]: point.riskCents,
      [`waiting/${i}/wastedLifeCents`]: point.wastedLifeCents,
    });
  return { ...visit, path, lines: linesOf(visit, things.kits) };
};

/** Separates what can be planned from what says something wrong, each by name. */
export const siftRegion = (region: RegionForm): SiftedRegion => {
  const troubles: Trouble[] = [];
  const { by, matrix } = region.travel;
  const mapped = new Set(matrix?.places);
  const sayUnmapped = (say: Say, place: string) => {
    if (by === 'matrix' && !mapped.has(place))
      say('noTravel', 'id', `the matrix of ways has no ${place}`, 'add it to travel/matrix/places');
  };
  const depots = sieve(troubles, 'depots', region.depots, (depot, say) => {
    sayZone(say, 'open', depot.open?.timeZone);
    sayNegative(say, { stopMin: depot.stopMin });
    sayUnmapped(say, depot.id);
    return depot;
  });
  const depotIds = new Set(region.depots.map(({ id }) => id));
  const technicians = sieve(troubles, 'technicians', region.technicians, (technician, say) => {
    sayUnmapped(say, technician.id);
    if (technician.end) sayUnmapped(say, `${technician.id}/end`);
    return lookAtTechnician(technician, say, depotIds);
  });
  const sites = sieve(troubles, 'sites', region.sites, (site, say) => {
    sayZone(say, 'access', site.access.timeZone);
    sayNegative(say, { setUpMin: site.setUpMin });
    sayUnmapped(say, site.id);
    return site;
  });
  const machines = sieve(troubles, 'machines', region.machines, (machine, say) => {
    if (!sites.has(machine.site)) say('unknownSite', 'site', `site ${machine.site} is unknown or wrong itself`);
    sayNegative(say, { setUpMin: machine.setUpMin });
    return machine;
  });
  const parts = sieve(troubles, 'parts', region.parts, (part, say) => {
    sayNegative(say, { supplierLeadTimeDays: part.supplierLeadTimeDays });
    return part;
  });
  const sayPart = (say: Say, part: string, quantity: number) => {
    if (!parts.has(part)) say('unknownPart', 'part', `part ${part} is unknown`, 'add it to parts');
    sayNegative(say, { quantity });
  };
  const kits = sieve(troubles, 'kits', region.kits, (kit, say) => {
    for (const { part, quantity } of kit.lines) sayPart(say, part, quantity);
    return kit;
  });
  const visits = sieve(troubles, 'visits', region.visits, (visit, say, path) =>
    lookAtVisit(visit, say, path, { sites, machines, parts, kits }),
  );
  const technicianIds = new Set(region.technicians.map(({ id }) => id));
  const visitIds = new Set(region.visits.map(({ id }) => id));
  const sayPlace = (say: Say, place: string) => {
    if (!depotIds.has(place) && !technicianIds.has(place))
      say('unknownDepot', 'place', `${place} is neither a depot nor a technician`);
  };
  const stock = sieveLines(troubles, 'stock', region.stock, ({ part, place, quantity }, say) => {
    sayPart(say, part, quantity);
    sayPlace(say, place);
  });
  const reservations = sieveLines(troubles, 'reservations', region.reservations, (line, say) => {
    sayPart(say, line.part, line.quantity);
    sayPlace(say, line.place);
    if (!visitIds.has(line.visit)) say('unknownVisit', 'visit', `visit ${line.visit} is unknown`);
  });
  const deliveries = sieveLines(troubles, 'deliveries', region.deliveries, ({ part, depot, quantity }, say) => {
    sayPart(say, part, quantity);
    if (!depotIds.has(depot)) say('unknownDepot', 'depot', `depot ${depot} is unknown`);
  });
  return { technicians, depots, sites, machines, visits, parts, stock, reservations, deliveries, troubles };
};
