import { AppError, asAppError, type Fault } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase } from '@kuluma/shared/model/base.ts';
import type { GatewayConfig } from '@kuluma/shared/model/gateway-reports.ts';
import { parseYaml } from '@kuluma/shared/node/config.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { type ConfigOffer, type ConfigReport, remoteFaults } from '@kuluma/shared/wire/gateway-config.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import type { GatewayPoint } from '../core/set-up/gateway-file.ts';
import type { Clock, KnownGateway, Random, RecordReader, Records, RecordTransaction } from '../ports.ts';
import { eachOrganisation } from './each-organisation.ts';
import { pointsFedBy } from './points-fed-by.ts';

/** What the cloud can say without the gateway, whose schema judges the rest. @throws CONFIG_INVALID */
const checkText = (yaml: string): void => {
  const faults = remoteFaults(parseYaml(yaml, 'the configuration'));
  if (faults.length > 0)
    throw new AppError('CONFIG_INVALID', 'it is no configuration to send to a gateway', { faults });
};

const idsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? /^pnt_[0-9a-z]{26}$/.test(value)
      ? [value]
      : []
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(idsIn)
      : [];

/** What can be said of a text before it is sent: why no gateway takes it, and what it would do to the points. */
export const checkConfig = async (reader: RecordReader, gateway: KnownGateway, yaml: string) => {
  const nothing = { faults: [] as Fault[], strangers: [] as string[], leftOut: [] as GatewayPoint[] };
  try {
    checkText(yaml);
  } catch (error) {
    const { code, faults } = asAppError(error);
    if (code !== 'CONFIG_INVALID') throw error;
    return { ...nothing, faults };
  }
  const config = parseYaml(yaml, 'the configuration') as { readonly buses?: unknown };
  // Sections that are left out stay as they are on the gateway.
  if (config.buses === undefined) return nothing;
  const fed = await pointsFedBy(reader, { id: gateway.gatewayId, organisationId: gateway.organisationId });
  const named = new Set(idsIn(config.buses));
  return {
    faults: [],
    strangers: [...named].filter((id) => !fed.some(({ pointId }) => pointId === id)),
    leftOut: fed.filter(({ pointId }) => !named.has(pointId)),
  };
};

/** All revisions for a gateway, newest first. */
export const configsOf = async (
  reader: RecordReader,
  { organisationId, gatewayId }: KnownGateway,
): Promise<GatewayConfig[]> =>
  (await reader.list('gatewayConfig', organisationId, { where: { gatewayId } })).sort(
    (a, b) => b.revision - a.revision,
  );

/** The newest revisions for a gateway, newest first, and the last that it keeps, which may be older. */
export const newestConfigs = async (
  reader: RecordReader,
  { organisationId, gatewayId }: KnownGateway,
  most: number,
): Promise<GatewayConfig[]> => {
  const where = { gatewayId };
  const newest = await reader.list('gatewayConfig', organisationId, { where, newestFirst: true, limit: most });
  if (newest.length < most || newest.some(({ state }) => state === 'applied')) return newest;
  const kept = (await configsOf(reader, { organisationId, gatewayId })).find(({ state }) => state === 'applied');
  return kept ? [...newest, kept] : newest;
};

/**
 * Keeps the text as the gateway's next revision; `ConfigCourier` brings it there.
 * @throws NOT_FOUND for no gateway of the organisation, CONFIG_INVALID for a text that no gateway would take
 */
export const addConfig = async (
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  tx: RecordTransaction,
  { organisationId, gatewayId, yaml, createdBy }: KnownGateway & { readonly yaml: string; readonly createdBy: Actor },
): Promise<GatewayConfig> => {
  if (!(await tx.get('gateway', organisationId, gatewayId)))
    throw new AppError('NOT_FOUND', 'there is no such gateway');
  checkText(yaml);
  const [newest] = await newestConfigs(tx, { organisationId, gatewayId }, 1);
  const config: GatewayConfig = {
    ...freshBase('gatewayConfig', { organisationId, createdBy, nowMs: clock.now(), random }),
    gatewayId,
    revision: (newest?.revision ?? 0) + 1,
    yaml,
    state: 'sent',
    report: null,
  };
  await tx.insert('gatewayConfig', config);
  return config;
};

/** What the record of a revision becomes by the gateway's last reports; undefined where they change nothing. */
const judged = (config: GatewayConfig, reports: readonly ConfigReport[]): GatewayConfig | undefined => {
  const report = reports.find(({ revision }) => revision === config.revision);
  if (report) {
    const { state, message } = report;
    return state === 'trial' || state === config.state ? undefined : { ...config, state, report: message || null };
  }
  const newer = reports.at(-1)?.revision ?? 0;
  return config.state === 'sent' && config.revision < newer
    ? { ...config, state: 'refused', report: `revision ${newer} came before the gateway saw it` }
    : undefined;
};

/** What is to stand on the gateway's `config` channel: the newest that waits or holds; a replaced gateway finds it there. */
const currentOf = (configs: readonly GatewayConfig[]): GatewayConfig | undefined =>
  configs.find(({ state }) => state === 'sent' || state === 'applied');

export interface ConfigCourierDeps {
  readonly records: Records;
  readonly log: Logger;
  /** Publishes on a gateway's `config` channel, retained; an empty payload clears it. */
  publish(gateway: KnownGateway, payload: string): Promise<void>;
}

/** Brings configurations to gateways and their verdicts to the records. */
export class ConfigCourier implements Part {
  readonly name = 'configurations of gateways';
  readonly #deps: ConfigCourierDeps;
  /** By gateway: what this process published, and the reports that the records know. */
  readonly #published = new Map<string, number>();
  readonly #entered = new Map<string, string>();

  constructor(deps: ConfigCourierDeps) {
    this.#deps = deps;
  }

  /** Publishes what is current for one gateway. A broker that is away is no failure: `publishWaiting` comes again. */
  async publish(gateway: KnownGateway): Promise<void> {
    const current = currentOf(await configsOf(this.#deps.records, gateway));
    const revision = current?.revision ?? 0;
    if ((this.#published.get(gateway.gatewayId) ?? 0) === revision) return;
    const offer = current && ({ v: 1, revision, yaml: current.yaml } satisfies ConfigOffer);
    try {
      await this.#deps.publish(gateway, offer ? JSON.stringify(offer) : '');
      this.#published.set(gateway.gatewayId, revision);
    } catch (error) {
      const { code, message } = asAppError(error);
      this.#deps.log.warn({ gatewayId: gateway.gatewayId, code, why: message }, 'a configuration was not published');
    }
  }

  /** The broker may have forgotten what it retained. */
  start(): Promise<void> {
    const { records } = this.#deps;
    return eachOrganisation(records, async (organisationId) => {
      for (const { id } of await records.list('gateway', organisationId))
        await this.publish({ organisationId, gatewayId: id });
    });
  }

  async stop(): Promise<void> {
    // It holds nothing open.
  }

  /** For a job: what another process wrote into the records, and what the broker did not take. */
  publishWaiting(): Promise<void> {
    const { records } = this.#deps;
    return eachOrganisation(records, async (organisationId) => {
      const newest = await records.list('gatewayConfig', organisationId, { newestFirst: true, limit: 50 });
      for (const { gatewayId, state } of newest)
        if (state === 'sent') await this.publish({ organisationId, gatewayId });
    });
  }

  /** Enters what a gateway says of its revisions. @throws what the records throw: then it is entered with its next state. */
  async heard(gateway: KnownGateway, { config }: Pick<GatewayState, 'config'>): Promise<void> {
    const { gatewayId } = gateway;
    const reports = config?.reports ?? [];
    await this.#enter(gateway, reports);
    const seen = reports.at(-1)?.revision ?? 0;
    // It answers every revision: what it does not speak of never came, as after a restart of a broker without a memory.
    if ((this.#published.get(gatewayId) ?? 0) <= seen) return;
    this.#published.delete(gatewayId);
    await this.publish(gateway);
  }

  async #enter(gateway: KnownGateway, reports: readonly ConfigReport[]): Promise<void> {
    const { gatewayId } = gateway;
    const mark = JSON.stringify(reports);
    if (reports.length === 0 || this.#entered.get(gatewayId) === mark) return;
    const changed = await this.#deps.records.transact(async (tx) => {
      const next = (await configsOf(tx, gateway)).flatMap((record) => judged(record, reports) ?? []);
      for (const record of next) await tx.update('gatewayConfig', record);
      return next;
    });
    this.#entered.set(gatewayId, mark);
    for (const { revision, state } of changed)
      this.#deps.log.info({ gatewayId, revision, state }, 'a gateway judged its configuration');
    if (changed.length > 0) await this.publish(gateway);
  }
}
