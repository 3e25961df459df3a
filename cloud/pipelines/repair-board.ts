import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type BoardSource, factsOf, type WorkPlace } from '../core/planning/live/board-facts.ts';
import { type BoardPlan, openBoard, secondIn } from '../core/planning/live/board-plan.ts';
import { movesPerLook } from '../core/planning/live/repair.ts';
import { secondIdOf } from '../core/planning/region/compile.ts';
import { instantAt } from '../core/planning/region/time-axis.ts';
import { planOf } from './board-known.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** Where a plan has its works, by id. */
export type Places = Readonly<Record<string, WorkPlace>>;

/** A source as it travels. */
export type SourceJson = Omit<BoardSource, 'late'> & { readonly late: readonly (readonly [string, string])[] };

export const sourceToJson = (source: BoardSource): SourceJson => ({ ...source, late: [...source.late] });
export const sourceOfJson = (json: SourceJson): BoardSource => ({ ...json, late: new Map(json.late) });

export interface RepairOrder {
  readonly organisationId: Id<'organisation'>;
  readonly source: BoardSource;
  /** How long it looks. */
  readonly moves: number;
}

/**
 * Looks for a better plan around what lost its place, or looks for one.
 * @param signal ends it. @throws CONFLICT when it was ended
 */
export type Repair = (order: RepairOrder, signal: AbortSignal) => Promise<Places>;

export const placesIn = (source: BoardSource, plan: BoardPlan): Places => {
  const { live, compiled, numberOf } = plan;
  const { stands } = live.situation();
  return Object.fromEntries(
    source.works.flatMap(({ id, mode }) => {
      const stand = stands[numberOf(id) ?? -1];
      const technicianId = compiled.shifts[stand?.vehicle ?? -1]?.technician.id;
      if (!stand || technicianId === undefined || mode === 'begun') return [];
      return [[id, { technicianId, ...secondIn(plan, id), startMs: instantAt(compiled.axis, stand.start) }]];
    }),
  );
};

/** Everything where a plan has it. */
export const atPlaces = (source: BoardSource, places: Places): BoardSource => ({
  ...source,
  works: source.works.map((work) => {
    const place = places[work.id];
    return place ? { ...work, place, mode: work.mode === 'sought' ? 'movable' : work.mode } : work;
  }),
});

/** Around what a repair looks: all that has no place though it should have one; if there is none, all that may be moved. */
const soughtIn = (source: BoardSource, { displaced, numberOf }: BoardPlan): string[] => {
  const sought = source.works.filter(({ mode }) => mode === 'sought').map(({ id }) => id);
  const lost = [...displaced, ...sought];
  const asked = lost.length > 0 ? lost : source.works.filter(({ mode }) => mode === 'movable').map(({ id }) => id);
  return asked.flatMap((id) => [id, secondIdOf(id)]).filter((id) => numberOf(id) !== undefined);
};

/** Repairs in this process, in turns with everything else that it does. @param progress hears the share that is done */
export const repairHere =
  ({ travel, random }: Pick<PipelineDeps, 'travel' | 'random'>, progress: (share: number) => void = () => {}): Repair =>
  async ({ source, moves }, signal) => {
    const plan = planOf(await openBoard(factsOf(source), travel, random));
    plan.live.apply({ kind: 'asked', visits: soughtIn(source, plan) });
    let looks = 0;
    for (const _ of plan.live.repairing({ moves })) {
      await new Promise((resume) => setImmediate(resume));
      if (signal.aborted)
        throw new AppError('CONFLICT', 'the re-plan was stopped', { hint: 'everything is as it was' });
      progress(Math.min(1, (++looks * movesPerLook) / moves));
    }
    return placesIn(source, plan);
  };
