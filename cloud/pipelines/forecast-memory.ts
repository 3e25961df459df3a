import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Lookup } from './lookup.ts';
import { lastForecastOf } from './machine-facts.ts';
import { StateMemory } from './watch-states.ts';

type Component = Pick<RecordOf<'component'>, 'id'>;
type Version = Pick<RecordOf<'forecastModel'>, 'id'>;

interface Said {
  readonly forecastModelId: string;
  readonly dataUntilMs: number;
}

/**
 * Until when the data of each component went into a forecast. It is kept from run to run, so that a machine without new
 * data costs no query; what it does not know it reads.
 */
export class ForecastMemory {
  readonly #known = new Map<string, Said | undefined>();
  /** Of machines with components that nothing forecasts. */
  readonly states = new StateMemory();

  /** Whether a version has said nothing yet of the data up to `dataUntilMs`. */
  async isDue(lookup: Lookup, { id }: Component, version: Version, kind: Kind, dataUntilMs: number): Promise<boolean> {
    const key = `${kind} ${id}`;
    if (!this.#known.has(key)) this.#known.set(key, await lastSaid(lookup, id, kind));
    const said = this.#known.get(key);
    return !said || said.forecastModelId !== version.id || said.dataUntilMs < dataUntilMs;
  }

  /** To be told once the forecast is in the store. */
  remember(kind: Kind, componentId: string, said: Said): void {
    this.#known.set(`${kind} ${componentId}`, said);
  }
}

type Kind = 'forecast' | 'shadowForecast';

const lastSaid = async (lookup: Lookup, componentId: Component['id'], kind: Kind): Promise<Said | undefined> =>
  kind === 'forecast'
    ? lastForecastOf(lookup, componentId)
    : (await lookup.list('shadowForecast', { where: { componentId }, newestFirst: true, limit: 1 }))[0];
