import type { Situation, Stand } from './situation.ts';

/** Who stands where, by name; times are of the axis. */
export interface NamedStand {
  readonly vehicle: string;
  readonly technician: number;
  readonly start: number;
  readonly end: number;
}

/** What became of one visit. */
export interface VisitMove {
  readonly visit: string;
  /** Gone to somebody else, to another vehicle of the same technician (another day), or to another time of it. */
  readonly how: 'placed' | 'leftOut' | 'otherTechnician' | 'otherDay' | 'otherTime';
  readonly from: NamedStand | null;
  readonly to: NamedStand | null;
}

/** What a change made of a plan. */
export interface PlanDiff {
  readonly moves: readonly VisitMove[];
  /** Of the whole plan, visits left out included. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** What each term of the cost grew by; those that did not change are left out. */
  readonly termsAdded: Readonly<Record<string, number>>;
}

/** A plan at one time, as far as it is compared. */
export interface PlanMoment {
  readonly situation: Situation;
  readonly cost: number;
  readonly terms: Readonly<Record<string, number>>;
}

const technicianOf = ({ spec }: Situation, vehicle: number): number => spec.vehicles[vehicle]?.technician ?? vehicle;

const named = (situation: Situation, stand: Stand | undefined): NamedStand | null =>
  stand
    ? {
        vehicle: situation.spec.vehicles[stand.vehicle]?.id ?? '',
        technician: technicianOf(situation, stand.vehicle),
        start: stand.start,
        end: stand.end,
      }
    : null;

const howOf = (from: NamedStand | null, to: NamedStand | null): VisitMove['how'] | undefined => {
  if (!from) return to ? 'placed' : undefined;
  if (!to) return 'leftOut';
  if (from.technician !== to.technician) return 'otherTechnician';
  if (from.vehicle !== to.vehicle) return 'otherDay';
  return Math.abs(from.start - to.start) > 1e-6 ? 'otherTime' : undefined;
};

/**
 * What is different, for a person to read: visits in order of their new times, those left out last. The two may be of
 * different problems, in which technicians have the same numbers, and visits and vehicles the same names.
 */
export const diffOf = (before: PlanMoment, after: PlanMoment): PlanDiff => {
  const numbers = new Map(before.situation.spec.visits.map(({ id }, i) => [id, i]));
  const moves = after.situation.spec.visits.flatMap(({ id }, i): VisitMove[] => {
    const from = named(before.situation, before.situation.stands[numbers.get(id) ?? -1]);
    const to = named(after.situation, after.situation.stands[i]);
    const how = howOf(from, to);
    return how ? [{ visit: id, how, from, to }] : [];
  });
  const left = new Set(after.situation.spec.visits.map(({ id }) => id));
  for (const [i, { id }] of before.situation.spec.visits.entries()) {
    const from = named(before.situation, before.situation.stands[i]);
    if (from && !left.has(id)) moves.push({ visit: id, how: 'leftOut', from, to: null });
  }
  const terms = new Set([...Object.keys(before.terms), ...Object.keys(after.terms)]);
  return {
    moves: moves.sort((a, b) => (a.to?.start ?? Number.POSITIVE_INFINITY) - (b.to?.start ?? Number.POSITIVE_INFINITY)),
    costBefore: before.cost,
    costAfter: after.cost,
    termsAdded: Object.fromEntries(
      [...terms].flatMap((term) => {
        const added = (after.terms[term] ?? 0) - (before.terms[term] ?? 0);
        return Math.abs(added) > 1e-9 ? [[term, added]] : [];
      }),
    ),
  };
};
