import { randomUUID } from 'node:crypto';
import type { Id } from '@kuluma/shared/model/base.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { JobKind } from './adapters/job-queue/job-workers.ts';
import { trainInThread } from './adapters/training-thread/training-thread.ts';
import type { CloudConfig } from './config.ts';
import type { JobOrder, JobTable } from './job-ports.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import { forecastFleet } from './pipelines/forecast-fleet.ts';
import { ForecastMemory } from './pipelines/forecast-memory.ts';
import { resultOf } from './pipelines/job-results.ts';
import type { PipelineDeps } from './pipelines/pipeline-deps.ts';
import { recommend } from './pipelines/recommend.ts';
import { recommendLooks } from './pipelines/recommend-looks.ts';
import {
  type Places,
  type Repair,
  repairHere,
  type SourceJson,
  sourceOfJson,
  sourceToJson,
} from './pipelines/repair-board.ts';
import { tendModels } from './pipelines/tend-models.ts';
import type { CopyShelf, TraceTrail, Tracing } from './ports.ts';

type OrganisationId = Id<'organisation'>;

interface Forecasted {
  readonly forecasts: number;
  readonly recommendations: number;
}

/** The last of a name says who did it, until the next; a dead one is for people to see. */
const keptMs = 2 * dayMs;
const deadKeptMs = 7 * dayMs;

/** What a repair is asked, as it stands in the table. */
interface ReplanInput {
  readonly source: SourceJson;
  readonly moves: number;
}

/** The same history gives the same model. */
const trainingSeed = 1;

/** Forecasts and recommends for one organisation at a time: whoever asks meanwhile comes after. */
const forecasterOf = (deps: PipelineDeps) => {
  const memories = new Map<OrganisationId, ForecastMemory>();
  const last = new Map<OrganisationId, Promise<unknown>>();
  const run = async (organisationId: OrganisationId, memory: ForecastMemory): Promise<Forecasted> => {
    let forecasts = 0;
    let recommendations = 0;
    try {
      forecasts = await forecastFleet(deps, organisationId, memory);
    } finally {
      // A model that cannot be read holds up no other machine's visit.
      recommendations += await recommend(deps, organisationId);
      recommendations += await recommendLooks(deps, organisationId);
    }
    return { forecasts, recommendations };
  };
  /** @param goesOn nobody else has forecast for it since this process did, so that what it remembers is true. */
  return (organisationId: OrganisationId, goesOn: boolean): Promise<Forecasted> => {
    const memory = (goesOn && memories.get(organisationId)) || new ForecastMemory();
    memories.set(organisationId, memory);
    const before = last.get(organisationId) ?? Promise.resolve();
    const next = before.then(
      () => run(organisationId, memory),
      () => run(organisationId, memory),
    );
    last.set(organisationId, next);
    return next;
  };
};

export interface HeavyJobs {
  /** What whoever does jobs can do. */
  readonly kinds: readonly JobKind[];
  /** Has all organisations forecast, by whichever processes do jobs. @throws AggregateError of what failed */
  forecastAll(): Promise<void>;
  /** The night's work on the models, in the same way. */
  tendAll(): Promise<void>;
  /** Forecasts here and now. */
  forecastHere(): Promise<Forecasted>;
  /** Repairs a plan in whichever process does jobs. */
  readonly repair: Repair;
  /** Nobody asks any more for what ended long ago, nor for copies of a plan that is a day old. */
  forgetEnded(): Promise<void>;
  /** Those who wait for jobs go; the jobs stay. */
  leave(): void;
}

/** Whom jobs tell what they do, and the trail of the data that they do it with. */
export interface Traced {
  readonly tracing: Tracing;
  readonly trail: TraceTrail;
}

/** Work that goes through the table of jobs, and who asks for it. */
export const createHeavyJobs = (
  deps: PipelineDeps,
  { jobs: table, copies }: { readonly jobs: JobTable; readonly copies: CopyShelf },
  { jobs }: { readonly jobs: Pick<CloudConfig['jobs'], 'trainingBudgetMin'> },
  traced?: Traced,
): HeavyJobs => {
  const leaving = new AbortController();
  const forecast = forecasterOf(deps);
  const run = { seed: trainingSeed, budgetMs: jobs.trainingBudgetMin * minuteMs };
  const span = <T>(
    name: string,
    organisationId: string,
    below: string | undefined,
    work: () => Promise<T>,
  ): Promise<T> =>
    traced ? traced.tracing.span(name, { 'kuluma.organisation.id': organisationId }, below, work) : work();
  const kinds: JobKind[] = [
    {
      ...{ kind: 'forecast', atOnce: 1 },
      run: async ({ kind, organisationId, goesOn }) => {
        const below = await traced?.trail.last(organisationId);
        return span(kind, organisationId, below, () => forecast(organisationId, goesOn));
      },
    },
    {
      kind: 'tend-models',
      atOnce: 1,
      run: ({ organisationId }, { signal }) =>
        span('tend-models', organisationId, undefined, () =>
          tendModels({ ...deps, train: (job) => trainInThread(job, signal) }, organisationId, run),
        ),
    },
    {
      // Somebody waits for each: two take turns.
      ...{ kind: 're-plan', atOnce: 2 },
      run: ({ organisationId, input }, { signal, progress }) => {
        const { source, moves } = input as ReplanInput;
        return span('re-plan', organisationId, undefined, () =>
          repairHere(deps, progress)({ organisationId, source: sourceOfJson(source), moves }, signal),
        );
      },
    },
  ];
  /** All are entered first, so that several processes share them. */
  const doneForAll = async ({ kind, mostAttempts }: Pick<JobOrder, 'kind' | 'mostAttempts'>): Promise<void> => {
    const entered = new Map<string, { readonly id: string; readonly name: string }>();
    await eachOrganisation(deps.records, async (organisationId) => {
      const name = `${kind} ${organisationId}`;
      const { id } = await table.enter({ kind, name, organisationId, input: {}, mostAttempts });
      entered.set(organisationId, { id, name });
    });
    await eachOrganisation({ organisationIds: async () => [...entered.keys()] as OrganisationId[] }, async (one) => {
      const job = entered.get(one);
      if (job) await resultOf(table, job, { leave: leaving.signal });
    });
  };
  const repair: Repair = async ({ organisationId, source, moves }, stop) => {
    const input: ReplanInput = { source: sourceToJson(source), moves };
    const name = `re-plan ${randomUUID()}`;
    const { id } = await table.enter({ kind: 're-plan', name, organisationId, input, mostAttempts: 2 });
    return (await resultOf(table, { id, name }, { stop })) as Places;
  };
  return {
    kinds,
    repair,
    forecastAll: () => doneForAll({ kind: 'forecast', mostAttempts: 2 }),
    tendAll: () => doneForAll({ kind: 'tend-models', mostAttempts: 3 }),
    forecastHere: async () => {
      let sum: Forecasted = { forecasts: 0, recommendations: 0 };
      await eachOrganisation(deps.records, async (organisationId) => {
        const { forecasts, recommendations } = await forecast(organisationId, true);
        sum = {
          forecasts: sum.forecasts + forecasts,
          recommendations: sum.recommendations + recommendations,
        };
      });
      return sum;
    },
    forgetEnded: async () => {
      await table.forget(keptMs, deadKeptMs);
      await copies.dropOld(dayMs);
    },
    leave: () => leaving.abort(),
  };
};
