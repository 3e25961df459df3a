import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';
import type { HorizonTally, LifeScore } from '@kuluma/shared/model/model-life.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import {
  cameTrue,
  countInto,
  emptyBins,
  type Finding,
  type KnownLife,
  lossOf,
  type SaidForecast,
  scoreLife,
} from '../core/model-life/score-life.ts';
import { probabilityWithin } from '../core/recommendations/failure-curve.ts';
import { policyOf } from './explain-forecast.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createModelShelf, type ModelShelf } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Component = RecordOf<'component'>;
type Score = RecordOf<'forecastScore'>;
type Kind = 'forecast' | 'shadowForecast';
type Said = Pick<
  Forecast,
  'forecastAtMs' | 'forecastModelId' | 'dataUntilMs' | 'rulDays' | 'failureProbability' | 'abstainReason'
>;

/** One component to be scored. */
interface Subject {
  readonly component: Component;
  readonly machineModelId: Id<'machineModel'>;
  readonly policy: ServicePolicy;
}

/** Times and lengths in days. */
const saidOf = (said: Said, { horizonDays }: ServicePolicy): SaidForecast => ({
  at: said.forecastAtMs / dayMs,
  quantiles: said.rulDays,
  probabilities: said.failureProbability.map((one) => ({ horizon: one.horizonDays, value: one.value })),
  risk: said.abstainReason === null ? probabilityWithin(said.failureProbability, horizonDays) : null,
});

const lifeOf = ({ period, endedBy }: Component, nowMs: number): KnownLife => ({
  until: (period.toMs ?? nowMs) / dayMs,
  ended: endedBy === 'failure' ? 'failure' : 'censored',
});

/** A horizon as it is counted: where life is counted in cycles its length in days moves with the use. */
const countedDays = (horizonDays: number): number => (horizonDays >= 1 ? Math.round(horizonDays) : horizonDays);

const counted = (horizons: readonly HorizonTally[], said: Said, life: KnownLife, only?: number): HorizonTally[] => {
  const tallies = horizons.map((tally) => ({ ...tally, bins: [...tally.bins] }));
  for (const { horizonDays, value } of said.failureProbability) {
    if (only !== undefined && horizonDays !== only) continue;
    const failed = cameTrue(life, said.forecastAtMs / dayMs, horizonDays);
    if (failed === undefined) continue;
    const days = countedDays(horizonDays);
    const tally = tallies.find((one) => one.horizonDays === days) ?? { horizonDays: days, bins: emptyBins() };
    if (!tallies.includes(tally)) tallies.push(tally);
    countInto(tally.bins, value, failed);
  }
  return tallies.sort((a, b) => a.horizonDays - b.horizonDays);
};

/** One forecast of each day: those of an hour say nearly the same. */
const daily = (said: readonly Said[]): Said[] => [
  ...new Map(said.map((one) => [Math.floor(one.forecastAtMs / dayMs), one])).values(),
];

const findingOf = async (lookup: Lookup, componentId: Component['id']): Promise<Finding> => {
  for (const { id } of await lookup.list('recommendation', { where: { componentId }, newestFirst: true }))
    for (const { findingVerdict } of await lookup.by('outcome', 'recommendationId', id)) {
      if (findingVerdict === 'confirmed') return 'worn';
      if (findingVerdict !== 'notInspected') return 'sound';
    }
  return null;
};

/** How the version did beside what was in service at the same instants. */
const againstOf = (
  own: readonly Said[],
  shown: readonly Said[],
  score: (said: readonly Said[]) => number | null,
): LifeScore['against'] => {
  const shownAt = new Map(shown.filter(({ rulDays }) => rulDays).map((one) => [one.dataUntilMs, one]));
  const both = own.filter(({ rulDays, dataUntilMs }) => rulDays && shownAt.has(dataUntilMs));
  const its = both.flatMap(({ dataUntilMs }) => shownAt.get(dataUntilMs) ?? []);
  const [ownScore, itsScore] = [score(both), score(its)];
  const forecastModelId = its.at(-1)?.forecastModelId;
  return ownScore === null || itsScore === null || !forecastModelId
    ? null
    : { forecastModelId, own: ownScore, its: itsScore };
};

class Scorer {
  readonly #deps: PipelineDeps;
  readonly #lookup: Lookup;
  readonly #shelf: ModelShelf;

  constructor(deps: PipelineDeps, lookup: Lookup) {
    this.#deps = deps;
    this.#lookup = lookup;
    this.#shelf = createModelShelf(deps, lookup);
  }

  /** The most that a capped forecaster ever says; a capped one says it of everything that is new. */
  async #capOf(forecastModelId: string, code: string, said: readonly Said[]): Promise<number> {
    const record = await this.#lookup.get('forecastModel', forecastModelId);
    const model = record && (await this.#shelf.read(record))?.model;
    const capped = model?.targets.some(({ component, rulCap }) => component === code && rulCap !== null);
    return capped ? Math.max(...said.map(({ rulDays }) => rulDays?.p95 ?? 0)) : Number.POSITIVE_INFINITY;
  }

  async #scoreEnded(subject: Subject, own: readonly Said[], shown: readonly Said[] | null): Promise<void> {
    const { component, policy } = subject;
    const { toMs } = component.period;
    const [first] = own;
    if (!first || toMs === null) return;
    const life = lifeOf(component, toMs);
    const cap = await this.#capOf(first.forecastModelId, component.componentCode, own);
    const rule = {
      horizon: policy.horizonDays,
      probability: policy.failureProbability,
      inARow: policy.forecastsInARow,
    };
    const finding = await findingOf(this.#lookup, component.id);
    const { lead, ...tally } = scoreLife(
      own.map((one) => saidOf(one, policy)),
      life,
      rule,
      { cap, finding },
    );
    const loss = (said: readonly Said[]) =>
      lossOf(
        said.map((one) => saidOf(one, policy)),
        life,
        cap,
      );
    const score: LifeScore = {
      ...tally,
      leadDays: lead,
      endedAtMs: toMs,
      endedBy: component.endedBy ?? 'replacement',
      against: shown && againstOf(own, shown, loss),
    };
    const horizons = daily(own).reduce<HorizonTally[]>((tallies, one) => counted(tallies, one, life), []);
    await this.#keep(subject, first.forecastModelId, { horizons, life: score, scoredUntilMs: toMs });
  }

  async #keep(
    { component, machineModelId }: Subject,
    forecastModelId: Id<'forecastModel'>,
    fields: Pick<Score, 'horizons' | 'life' | 'scoredUntilMs'>,
  ): Promise<void> {
    const { organisationId, machineId, id: componentId, componentCode } = component;
    const { clock, random, records } = this.#deps;
    const known = (await this.#lookup.by('forecastScore', 'componentId', componentId)).find(
      (score) => score.forecastModelId === forecastModelId,
    );
    await records.transact(async (tx) => {
      if (known) return void (await tx.update('forecastScore', { ...known, ...fields }));
      const createdBy = { kind: 'policy', name: 'score-forecasts' } as const;
      await tx.insert('forecastScore', {
        ...freshBase('forecastScore', { organisationId, createdBy, nowMs: clock.now(), random }),
        ...{ machineModelId, machineId, componentId, componentCode, forecastModelId },
        ...fields,
      });
    });
  }

  /** All that was said of a life that has ended, once. @returns how many versions were scored. */
  async scoreLife(subject: Subject): Promise<number> {
    const where = { componentId: subject.component.id };
    const scored = await this.#lookup.by('forecastScore', 'componentId', where.componentId);
    if (scored.some(({ life }) => life)) return 0;
    const shown: readonly Said[] = await this.#lookup.list('forecast', { where });
    const silent: readonly Said[] = await this.#lookup.list('shadowForecast', { where });
    const versions = [
      ...[...Map.groupBy(shown, (one) => one.forecastModelId).values()].map((own) => [own, null] as const),
      ...[...Map.groupBy(silent, (one) => one.forecastModelId).values()].map((own) => [own, shown] as const),
    ];
    for (const [own, beside] of versions) await this.#scoreEnded(subject, own, beside);
    return versions.length;
  }

  /** The forecasts of a running life whose horizons are over since the last look: of each horizon the newest. */
  async scoreMatured(subject: Subject, kind: Kind): Promise<number> {
    const { component } = subject;
    const where = { componentId: component.id };
    const nowMs = this.#deps.clock.now();
    const [newest] = await this.#lookup.list(kind, { where, newestFirst: true, limit: 1 });
    if (!newest || newest.failureProbability.length === 0) return 0;
    const { forecastModelId } = newest;
    const known = (await this.#lookup.by('forecastScore', 'componentId', component.id)).find(
      (score) => score.forecastModelId === forecastModelId,
    );
    const sinceMs = known?.scoredUntilMs ?? component.period.fromMs;
    let horizons: HorizonTally[] = known?.horizons ?? [];
    let found = 0;
    for (const { horizonDays } of newest.failureProbability) {
      const [matured] = await this.#lookup.list(kind, {
        where,
        createdFromMs: Math.ceil(sinceMs - horizonDays * dayMs),
        createdBeforeMs: Math.floor(nowMs - horizonDays * dayMs),
        newestFirst: true,
        limit: 1,
      });
      if (matured?.forecastModelId !== forecastModelId) continue;
      const said = matured.failureProbability.find((one) => countedDays(one.horizonDays) === countedDays(horizonDays));
      if (!said) continue;
      horizons = counted(horizons, matured, lifeOf(component, nowMs), said.horizonDays);
      found++;
    }
    if (found > 0) await this.#keep(subject, forecastModelId, { horizons, life: null, scoredUntilMs: nowMs });
    return found;
  }
}

/**
 * Forecasts and what came of them -> scores. A life is scored once it has ended; of a running one those forecasts whose
 * horizon is over. Meant for once a night; running it again changes nothing.
 * @returns how many scores were written.
 */
export const scoreForecasts = async (deps: PipelineDeps, organisationId: Id<'organisation'>): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  await lookup.preload('machineModel', 'machine', 'component', 'forecastModel', 'modelStep', 'forecastScore');
  const scorer = new Scorer(deps, lookup);
  const versions = await lookup.list('forecastModel', { limit: 1 });
  const firstMs = versions[0]?.createdAtMs ?? Number.POSITIVE_INFINITY;
  let written = 0;
  for (const machine of await lookup.list('machine'))
    for (const component of await lookup.by('component', 'machineId', machine.id)) {
      if (component.period.toMs !== null && component.period.toMs < firstMs) continue;
      const policy = await policyOf(lookup, machine, component.componentCode);
      if (!policy) continue;
      const subject = { component, machineModelId: machine.machineModelId, policy };
      if (component.period.toMs !== null) written += await scorer.scoreLife(subject);
      else
        for (const kind of ['forecast', 'shadowForecast'] as const) written += await scorer.scoreMatured(subject, kind);
    }
  return written;
};
