import { AppError } from '@kuluma/shared/errors.ts';
import type { Delivery, ProblemSpec, Span, VisitSpec } from '../kernel/problem-spec.ts';
import { type Changed, frozenAs, type Situation, type Stand, visitsOn } from './situation.ts';
import { letTimePass } from './time-passes.ts';

/** What happens to a plan that is under way; times are of the axis, and ways take whole units of it, so that a point in time is met exactly. */
export type PlanChange =
  /** Has to find a place. */
  | { readonly kind: 'newVisit'; readonly visit: VisitSpec }
  /** Nobody comes any more, nor a second technician. */
  | { readonly kind: 'cancelled'; readonly visit: string }
  /** Ill, or kept elsewhere: all that would begin within is taken off the technician. */
  | { readonly kind: 'away'; readonly technician: number; readonly span: Span }
  /** Work that has begun ends later than planned, or earlier. */
  | { readonly kind: 'endsAt'; readonly visit: string; readonly at: number }
  /** Nobody opened the door: the technician leaves at that time, and the work is to be done as `again`. */
  | { readonly kind: 'notMet'; readonly visit: string; readonly at: number; readonly again: VisitSpec }
  /** What was to come to a depot at a time comes at another. */
  | {
      readonly kind: 'deliveryMoved';
      readonly depot: number;
      readonly part: number;
      readonly from: number;
      readonly to: number;
    }
  /** A better plan is wanted around these, those of them that are left out among them. */
  | { readonly kind: 'asked'; readonly visits: readonly string[] }
  /** What has begun, and what somebody is on the way to, stays as it is; nothing begins before. */
  | { readonly kind: 'timePasses'; readonly at: number };

/** @throws NOT_FOUND */
const indexOf = ({ visits }: ProblemSpec, id: string): number => {
  const at = visits.findIndex((visit) => visit.id === id);
  if (at === -1) throw new AppError('NOT_FOUND', `the plan has no visit ${id}`);
  return at;
};

/** Nobody serves it, and that costs nothing. */
const withdrawn = ({ frozen: _, together: __, after: ___, ...visit }: VisitSpec): VisitSpec => ({
  ...visit,
  windows: [],
  penalty: 0,
});

const editVisits = (
  { spec, closed, stands }: Situation,
  edits: ReadonlyMap<number, VisitSpec>,
  taken: Iterable<number> = [],
): Changed => ({
  spec: { ...spec, visits: spec.visits.map((visit, i) => edits.get(i) ?? visit) },
  closed,
  unsettled: new Set([...edits.keys(), ...taken].flatMap((visit) => stands[visit]?.vehicle ?? [])),
  taken: new Set(taken),
});

const cancel = (situation: Situation, id: string): Changed => {
  const { visits } = situation.spec;
  const at = indexOf(situation.spec, id);
  const gone = visits.flatMap((visit, i) =>
    i === at || visit.together === id || visits[at]?.together === visit.id ? [i] : [],
  );
  const goneIds = new Set(gone.map((i) => visits[i]?.id));
  const edits = new Map(gone.map((i) => [i, withdrawn(visits[i] as VisitSpec)]));
  visits.forEach((visit, i) => {
    if (!edits.has(i) && visit.after?.some((link) => goneIds.has(link.visit)))
      edits.set(i, { ...visit, after: visit.after.filter((link) => !goneIds.has(link.visit)) });
  });
  return editVisits(situation, edits, gone);
};

const sendAway = (situation: Situation, technician: number, span: Span): Changed => {
  const { spec, stands, closed } = situation;
  const own = spec.vehicles.flatMap(({ technician: of, window }, vehicle) =>
    (of ?? vehicle) === technician && window.from <= span.to && window.to >= span.from ? [vehicle] : [],
  );
  const taken = own.flatMap((vehicle) =>
    visitsOn(situation, vehicle).filter((visit) => {
      const { start } = stands[visit] as Stand;
      return start >= span.from && start <= span.to && !spec.visits[visit]?.frozen;
    }),
  );
  // Who is back within the day begins it then; a day without its beginning or its end is over.
  const returns = (vehicle: number): boolean => {
    const { window } = spec.vehicles[vehicle] as ProblemSpec['vehicles'][number];
    const begun = visitsOn(situation, vehicle).some((visit) => (stands[visit] as Stand).start < span.from);
    return span.to < window.to && !begun;
  };
  const vehicles = spec.vehicles.map((vehicle, i) =>
    own.includes(i) && returns(i)
      ? { ...vehicle, window: { ...vehicle.window, from: Math.max(vehicle.window.from, span.to) } }
      : vehicle,
  );
  return {
    spec: { ...spec, vehicles },
    closed: closed.map((was, i) => was || (own.includes(i) && !returns(i))),
    unsettled: new Set(own),
    taken: new Set(taken),
  };
};

const standing = ({ stands, spec }: Situation, at: number): Stand => {
  const stand = stands[at];
  if (!stand) throw new AppError('CONFLICT', `visit ${spec.visits[at]?.id} is on nobody's way`);
  return stand;
};

const endAt = (situation: Situation, id: string, at: number): Changed => {
  const visit = indexOf(situation.spec, id);
  const stand = standing(situation, visit);
  const edited = {
    ...frozenAs(situation.spec.visits[visit] as VisitSpec, stand),
    service: Math.max(0, at - stand.start),
  };
  return editVisits(situation, new Map([[visit, edited]]));
};

/** The attempt stays on the route as time spent; its parts are in the van again. */
const meetNobody = (situation: Situation, change: PlanChange & { kind: 'notMet' }): Changed => {
  const visit = indexOf(situation.spec, change.visit);
  const stand = standing(situation, visit);
  const { parts: _, tools: __, together: ___, after: ____, ...spec } = situation.spec.visits[visit] as VisitSpec;
  const attempt: VisitSpec = { ...frozenAs(spec, stand), service: Math.max(0, change.at - stand.start), penalty: 0 };
  const edits = new Map([[visit, attempt]]);
  // What was to begin with it or after it does no longer wait for it.
  situation.spec.visits.forEach(({ together, after, ...other }, i) => {
    const isWith = together === change.visit || situation.spec.visits[visit]?.together === other.id;
    const isAfter = after?.some((link) => link.visit === change.visit) === true;
    if (i === visit || !(isWith || isAfter)) return;
    const left = after?.filter((link) => link.visit !== change.visit);
    edits.set(i, {
      ...other,
      ...(isWith || together === undefined ? {} : { together }),
      ...(left ? { after: left } : {}),
    });
  });
  const changed = editVisits(situation, edits);
  return { ...changed, spec: { ...changed.spec, visits: [...changed.spec.visits, change.again] } };
};

const moveDelivery = (situation: Situation, change: PlanChange & { kind: 'deliveryMoved' }): Changed => {
  const { spec, routes, closed } = situation;
  const { depot, part, from, to } = change;
  let moved = 0;
  const left = (spec.depots?.[depot]?.stock ?? []).map((delivery): Delivery => {
    if (delivery.at !== from) return delivery;
    moved += delivery.parts.reduce((sum, line) => sum + (line.part === part ? line.quantity : 0), 0);
    return { at: from, parts: delivery.parts.filter((line) => line.part !== part) };
  });
  const stock = [...left, { at: to, parts: [{ part, quantity: moved }] }].sort((a, b) => a.at - b.at);
  const needs = (visit: number) => spec.visits[visit]?.parts?.some((line) => line.part === part) === true;
  return {
    spec: { ...spec, depots: (spec.depots ?? []).map((one, i) => (i === depot ? { ...one, stock } : one)) },
    closed,
    unsettled: new Set(routes.flatMap(({ visits, vehicle }) => (visits.some(needs) ? [vehicle] : []))),
    taken: new Set(),
  };
};

const add = ({ spec, closed }: Situation, visit: VisitSpec): Changed => ({
  spec: { ...spec, visits: [...spec.visits, visit] },
  closed,
  unsettled: new Set(),
  taken: new Set(),
});

const ask = ({ spec, closed }: Situation, visits: readonly string[]): Changed => ({
  spec,
  closed,
  unsettled: new Set(),
  taken: new Set(),
  asked: new Set(visits.map((id) => indexOf(spec, id))),
});

/**
 * What a change makes of a problem. Visits keep their numbers; new ones come last.
 * @throws NOT_FOUND for a visit that is not there; CONFLICT for one that should have begun but is left out
 */
export const changed = (situation: Situation, change: PlanChange): Changed => {
  switch (change.kind) {
    case 'newVisit':
      return add(situation, change.visit);
    case 'cancelled':
      return cancel(situation, change.visit);
    case 'away':
      return sendAway(situation, change.technician, change.span);
    case 'endsAt':
      return endAt(situation, change.visit, change.at);
    case 'notMet':
      return meetNobody(situation, change);
    case 'deliveryMoved':
      return moveDelivery(situation, change);
    case 'asked':
      return ask(situation, change.visits);
    case 'timePasses':
      return letTimePass(situation, change.at);
  }
};
