import type { Situation, Stand } from './changes.ts';

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

const howOf = (situation: Situation, from: Stand | undefined, to: Stand | undefined): VisitMove['how'] | undefined => {
  if (!from) return to ? 'placed' : undefined;
  if (!to) return 'leftOut';
  if (technicianOf(situation, from.vehicle) !== technicianOf(situation, to.vehicle)) return 'otherTechnician';
  if (from.vehicle !== to.vehicle) return 'otherDay';
  return Math.abs(from.start - to.start) > 1e-6 ? 'otherTime' : undefined;
};

/** What is different, for a person to read: visits in order of their new times, those left out last. */
export const diffOf = (before: PlanMoment, after: PlanMoment): PlanDiff => {
  const moves = after.situation.spec.visits.flatMap(({ id }, i): VisitMove[] => {
    const [from, to] = [before.situation.stands[i], after.situation.stands[i]];
    const how = howOf(after.situation, from, to);
    return how ? [{ visit: id, how, from: named(before.situation, from), to: named(after.situation, to) }] : [];
  });
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
