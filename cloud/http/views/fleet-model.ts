import type { Id, Period } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { stands } from '../../core/set-up/missing.ts';
import { HeldRecords } from '../../pipelines/held-records.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { installedComponents } from '../../pipelines/machine-facts.ts';
import { OpenMatters } from '../../pipelines/open-matters.ts';
import type { RecordReader, RecordsWritten } from '../../ports.ts';
import { byUrgency, type FleetFacts, type ForecastHead, forecastHead, machineGrade, worstForecastOf } from './fleet.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

/** What names a machine and says where it stands, whose it is and what is in it. */
export const nameKinds = [
  'machine',
  'machineModel',
  'machinePlacement',
  'machineOwnership',
  'component',
  'site',
  'owner',
] as const satisfies readonly RecordKind[];

/** After so many rows other work has its turn. */
const rowsPerTurn = 200;

/** A machine's row, and what filters of the fleet read of it. */
export interface FleetEntry {
  readonly facts: FleetFacts;
  /** All that a search of words looks at, in small letters. */
  readonly text: string;
  /** From then on the row may say something else though nothing was written: a period begins or ends. */
  readonly validUntilMs: number;
}

const textOf = ({ machine }: FleetFacts): string =>
  [
    machine.tag,
    machine.serialNumber,
    machine.modelCode,
    ...Object.values(machine.modelName),
    machine.owner?.name,
    machine.site?.name,
    machine.site?.municipality,
  ]
    .join('\n')
    .toLocaleLowerCase();

const ignore = (): void => undefined;

const nextChange = (periods: readonly { readonly period: Period }[], nowMs: number): number =>
  Math.min(
    ...periods
      .flatMap(({ period }) => [period.fromMs, period.toMs ?? Number.POSITIVE_INFINITY])
      .map((ms) => (ms > nowMs ? ms : Number.POSITIVE_INFINITY)),
  );

/**
 * The fleet of one organisation in memory: read from the store once, then kept true by what each transaction wrote. Only
 * the rows of machines that something was written about are made again.
 */
export class FleetModel {
  readonly matters: OpenMatters;
  readonly #store: RecordReader;
  readonly #organisationId: Id<'organisation'>;
  readonly #names: HeldRecords;
  readonly #lastForecasts = new Map<string, ForecastHead>();
  readonly #lastStates = new Map<string, Pick<RecordOf<'machineState'>, 'createdAtMs' | 'state'>>();
  readonly #entries = new Map<string, FleetEntry>();
  #changed = new Set<string>();
  #sorted: readonly FleetEntry[] = [];
  #making: Promise<void> = Promise.resolve();
  #madeAtMs = Number.NEGATIVE_INFINITY;
  /** Written while the store was read. */
  #waiting: RecordsWritten[] | undefined = [];

  constructor(store: RecordReader, organisationId: string) {
    this.#store = store;
    this.#organisationId = organisationId as Id<'organisation'>;
    this.#names = new HeldRecords(store, organisationId, nameKinds);
    this.matters = new OpenMatters(store, organisationId);
  }

  /** To be called once, after `take` hears of every transaction. */
  async load(nowMs: number): Promise<void> {
    await this.#names.load();
    await this.#readForecasts();
    for (const state of await this.#store.newestOfEach('machineState', this.#organisationId, 'machineId'))
      this.#takeState(state);
    await this.matters.load(nowMs);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const written of waiting) this.take(written);
    this.#changeAll();
  }

  take(written: RecordsWritten): void {
    if (this.#waiting) {
      this.#waiting.push(written);
      return;
    }
    for (const machineId of this.matters.take(written.records)) this.#changed.add(machineId);
    for (const one of written.records) {
      if (one.kind === 'forecast') this.#takeForecast(one.record);
      if (one.kind === 'machineState') this.#takeState(one.record);
      if (!this.#names.take(one)) continue;
      if (one.kind === 'machine') this.#changed.add(one.record.id);
      else if (one.kind === 'machinePlacement' || one.kind === 'machineOwnership' || one.kind === 'component')
        this.#changed.add(one.record.machineId);
      else this.#changeAll();
    }
  }

  /** The fleet at an instant, worst first: with everything that was written before the call. */
  entries(nowMs: number): Promise<readonly FleetEntry[]> {
    const making = this.#making.then(() => this.#made(nowMs));
    // Whoever called hears of a failure; the next one begins anew.
    this.#making = making.then(ignore, ignore);
    return making;
  }

  async #made(nowMs: number): Promise<readonly FleetEntry[]> {
    await this.matters.settle();
    this.#changeWhatIsOver(nowMs);
    if (this.#changed.size === 0) return this.#sorted;
    const changed = this.#changed;
    this.#changed = new Set();
    try {
      await this.#makeRows(changed, nowMs);
    } catch (error) {
      for (const id of changed) this.#changed.add(id);
      throw error;
    }
    this.#sorted = [...this.#entries.values()].sort((a, b) => byUrgency(a.facts, b.facts));
    return this.#sorted;
  }

  entry(machineId: string): FleetEntry | undefined {
    return this.#entries.get(machineId);
  }

  /** The newest forecast of a component. */
  lastForecast(componentId: string): ForecastHead | undefined {
    return this.#lastForecasts.get(componentId);
  }

  /** Names from memory, everything else from the store. */
  lookup(): Lookup {
    return createLookup(this.#names.reader, this.#organisationId);
  }

  /** In parts: a forecast holds all that it was made from. */
  async #readForecasts(): Promise<void> {
    const componentIds = this.#names.all('component').map(({ id }) => id);
    for (let from = 0; from < componentIds.length; from += rowsPerTurn) {
      const some = componentIds.slice(from, from + rowsPerTurn);
      const forecasts = await this.#store.newestOfEach('forecast', this.#organisationId, 'componentId', some);
      for (const forecast of forecasts) this.#takeForecast(forecast);
      await new Promise((resume) => setImmediate(resume));
    }
  }

  #changeAll(): void {
    for (const { id } of this.#names.all('machine')) this.#changed.add(id);
  }

  #changeWhatIsOver(nowMs: number): void {
    if (nowMs < this.#madeAtMs) this.#changeAll();
    else
      for (const { facts, validUntilMs } of this.#sorted)
        if (validUntilMs <= nowMs) this.#changed.add(facts.machine.machineId);
    this.#madeAtMs = nowMs;
  }

  #takeForecast(forecast: RecordOf<'forecast'>): void {
    const before = this.#lastForecasts.get(forecast.componentId);
    if (before && before.createdAtMs > forecast.createdAtMs) return;
    this.#lastForecasts.set(forecast.componentId, forecastHead(forecast));
    this.#changed.add(forecast.machineId);
  }

  #takeState({ machineId, createdAtMs, state }: RecordOf<'machineState'>): void {
    const before = this.#lastStates.get(machineId);
    if (before && before.createdAtMs > createdAtMs) return;
    this.#lastStates.set(machineId, { createdAtMs, state });
    this.#changed.add(machineId);
  }

  async #makeRows(machineIds: ReadonlySet<string>, nowMs: number): Promise<void> {
    const lookup = this.lookup();
    let made = 0;
    for (const id of machineIds) {
      const machine = await lookup.get('machine', id);
      if (machine && stands(machine)) this.#entries.set(id, await this.#entryOf(lookup, id, nowMs));
      else this.#entries.delete(id);
      if (++made % rowsPerTurn === 0) await new Promise((resume) => setImmediate(resume));
    }
  }

  async #entryOf(lookup: Lookup, machineId: string, nowMs: number): Promise<FleetEntry> {
    const components = await installedComponents(lookup, machineId, nowMs);
    const worst = worstForecastOf(components, (id) => this.lastForecast(id));
    // What a forecaster has taken over is no longer watched.
    const isWatched = components.some(({ id }) => !this.#lastForecasts.has(id));
    const isChanged = isWatched && this.#lastStates.get(machineId)?.state === 'changed';
    const healthGrade = machineGrade(worst?.healthGrade, isChanged);
    const facts: FleetFacts = {
      machine: await machineHeadOf(lookup, machineId, nowMs),
      healthGrade,
      isNotAsUsual: isChanged && healthGrade !== worst?.healthGrade,
      rulDays: worst?.rulDays ?? null,
      forecastAt: worst ? isoOf(worst.forecastAtMs) : null,
      componentCode: worst?.componentCode ?? null,
      componentName: worst ? (await componentTypeOf(lookup, worst.componentId)).name : null,
      dataQuality: worst?.dataQuality ?? null,
      ...this.#matterOf(machineId),
    };
    const periods = [
      ...this.#names.by('machinePlacement', 'machineId', machineId),
      ...this.#names.by('machineOwnership', 'machineId', machineId),
      ...this.#names.by('component', 'machineId', machineId),
    ];
    return { facts, text: textOf(facts), validUntilMs: nextChange(periods, nowMs) };
  }

  /** What runs for a machine: an open matter, its offer, its visit. */
  #matterOf(machineId: string): Pick<FleetFacts, 'openRecommendationId' | 'openOfferState' | 'visitStartAt'> {
    const open = this.matters.of(machineId).at(-1);
    if (!open) return { openRecommendationId: null, openOfferState: null, visitStartAt: null };
    const state = this.matters.offers(open.id).at(-1)?.state;
    const visit = this.matters.visits(open.id).find((one) => one.state !== 'cancelled');
    return {
      openRecommendationId: open.id,
      openOfferState: state === undefined || state === 'withdrawn' ? null : state,
      visitStartAt: visit ? isoOf(visit.slot.startMs) : null,
    };
  }
}
