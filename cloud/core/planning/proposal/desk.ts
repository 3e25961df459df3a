import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import { createProblem } from '../kernel/problem.ts';
import { placeFrozen } from '../kernel/recreate.ts';
import { createState } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { type CompiledRegion, compileRegion } from '../region/compile.ts';
import type { RegionForm } from '../region/form.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { shiftsOf } from '../region/shifts.ts';
import { timeAxisOf } from '../region/time-axis.ts';
import type { TravelSource } from '../region/travel-table.ts';
import { type RelaxedVisits, relaxedVisits, roundTheClock } from './relaxed-visits.ts';
import type { RuleCode } from './rules.ts';

/** A region with a visit to find a place for: rules can be set aside, and every test is a real insertion. */
export interface Desk {
  readonly compiled: CompiledRegion;
  readonly visit: string;
  /** The second technician's part, where two come. */
  readonly second: string | undefined;
  readonly relaxed: RelaxedVisits;
  /** What stands, stands. */
  readonly state: RouteState;
  /** Nothing stands. */
  readonly empty: RouteState;
}

const everyVehicle = ({ problem }: RouteState): Int32Array =>
  Int32Array.from({ length: problem.vehicleCount }, (_, vehicle) => vehicle);

const isAnybodyAtWork = (form: RegionForm): boolean => {
  const axis = timeAxisOf(form);
  return form.technicians.some((technician) => shiftsOf(technician, axis).length > 0);
};

/**
 * Undefined where nobody is at work within the horizon.
 * @param second what the visit asks of a second technician, as a visit of its own
 */
export const openDesk = async (
  form: RegionForm,
  visit: RegionVisit,
  travel: TravelSource,
  second?: RegionVisit,
): Promise<Desk | undefined> => {
  if (!isAnybodyAtWork(form)) return undefined;
  const catalogue = new Set(form.parts.map(({ id }) => id));
  const seconds = second ? [second] : [];
  const known = { ...visit, parts: (visit.parts ?? []).filter(({ part }) => catalogue.has(part)) };
  const compiled = await compileRegion({ ...form, visits: [...form.visits, known, ...seconds] }, travel);
  const relaxed = relaxedVisits(compiled, [visit, ...seconds]);
  const problem = createProblem(relaxed.spec);
  const state = createState(problem);
  placeFrozen(state, everyVehicle(state));
  return { compiled, visit: visit.id, second: second?.id, relaxed, state, empty: createState(problem) };
};

/** The same region if everybody worked round the clock. */
export const withoutHours = (form: RegionForm): RegionForm => ({
  ...form,
  technicians: form.technicians.map(({ break: _, overtime: __, ...technician }) => ({
    ...technician,
    working: { ...roundTheClock, timeZone: technician.working.timeZone },
  })),
});

/** The vehicles of a technician; of one day if that is given. */
export const vehiclesOf = ({ compiled }: Desk, technician: string, on?: string): number[] =>
  compiled.shifts.flatMap((shift, vehicle) =>
    shift.technician.id === technician && (on === undefined || shift.on === on) ? [vehicle] : [],
  );

const probe = createInsertion();

/** Whether the visit, with those of its rules set aside, has a place with one of the vehicles. */
export const fits = (desk: Desk, vehicles: readonly number[], setAside: ReadonlySet<RuleCode>): boolean => {
  const visit = desk.relaxed.without(desk.visit, setAside);
  const state = setAside.has('busy') ? desk.empty : desk.state;
  return vehicles.some((vehicle) => {
    findInsertion(state, visit, vehicle, -1, probe);
    return probe.added < Number.POSITIVE_INFINITY;
  });
};
