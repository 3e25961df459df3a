import { type AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { ConfigOffer, type ConfigState } from '@kuluma/shared/wire/gateway-config.ts';
import { type ConfiguredDevice, devicesToProve, probationMsOf, silentOf } from './core/probation.ts';
import { abandonTrial, beginTrial, configStateOf, keepTrial, mayTry, refuse, rollBack } from './core/staged-config.ts';
import type { WallTimer } from './ports.ts';
import type { StagedConfigFile } from './staged-config-file.ts';

/** A configuration that was checked and can be put in force, also after another. */
export interface ReadyConfig {
  readonly devices: readonly ConfiguredDevice[];
  /** Stops what is polled and polls this; the outbox stays as it is. `watch` sees the samples until the next call. */
  apply(watch?: (samples: readonly Sample[]) => void): Promise<void>;
  /** It proved itself. */
  kept(): void;
}

export interface RemoteConfigDeps {
  readonly file: StagedConfigFile;
  /** What runs at the start. */
  readonly running: ReadyConfig;
  /** @throws CONFIG_INVALID with every fault */
  check(yaml: string): Promise<ReadyConfig>;
  /** Names of the devices that do well now. */
  wellDevices(): ReadonlySet<string>;
  readonly accept: boolean;
  readonly probationMs: number;
  /** Of the product clock. */
  readonly rate: number;
  readonly timer: WallTimer;
  readonly log: Logger;
}

/** Everything that is wrong, a fault a line. */
export const refusalText = ({ message, faults, hint }: AppError): string =>
  [message, ...faults.map((fault) => `${fault.path}: ${fault.message}${fault.hint ? ` (${fault.hint})` : ''}`), hint]
    .filter(Boolean)
    .join('\n');

const offerOf = (payload: Uint8Array): ConfigOffer | undefined => {
  try {
    const offer: unknown = JSON.parse(new TextDecoder().decode(payload));
    return isValid(ConfigOffer, offer) ? offer : undefined;
  } catch {
    return undefined;
  }
};

/** Tries what the cloud sends, one at a time: checked, staged, applied, watched, then kept or rolled back. */
export class RemoteConfig implements Part {
  readonly name = 'remote configuration';
  readonly #deps: RemoteConfigDeps;
  readonly #stopping = new AbortController();
  #running: ReadyConfig;
  #offered: ConfigOffer | undefined;
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(deps: RemoteConfigDeps) {
    this.#deps = deps;
    this.#running = deps.running;
  }

  /** For the gateway's state. */
  get state(): ConfigState {
    return configStateOf(this.#deps.file.staged);
  }

  /** A message of the `config` channel; it may come again and again. An empty one says that nothing is offered. */
  offer(payload: Uint8Array): void {
    if (payload.length === 0) return;
    const offer = offerOf(payload);
    if (!offer) this.#deps.log.warn('a configuration from the cloud is not understood');
    this.#offered = offer ?? this.#offered;
    this.#wake();
  }

  async start(): Promise<void> {
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const offer = this.#offered;
      this.#offered = undefined;
      if (offer) await this.#judge(offer);
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #judge({ revision, yaml }: ConfigOffer): Promise<void> {
    const { file, check, accept, log } = this.#deps;
    if (!mayTry(file.staged, revision)) return;
    const refused = (why: string) => {
      log.warn({ revision, why }, 'a configuration from the cloud is refused');
      return file.set(refuse(file.staged, revision, why));
    };
    if (!accept) return void (await refused('this gateway takes no configuration over the link'));
    const ready = await check(yaml).catch(asAppError);
    if (ready instanceof Error) return void (await refused(refusalText(ready)));
    if (this.#stopping.signal.aborted) return;
    const before = file.staged;
    if (await file.set(beginTrial(before, { revision, yaml }))) return this.#try(revision, ready);
    // Without the marker a death during the trial would try it for ever.
    await file.set(refuse(before, revision, 'it cannot be kept on the disk of the gateway'));
  }

  /** The marker of the trial is on the disk. */
  async #try(revision: number, ready: ReadyConfig): Promise<void> {
    const { file, timer, probationMs, rate, wellDevices, log } = this.#deps;
    const before = this.#running;
    const toProve = devicesToProve(ready.devices, before.devices, wellDevices());
    const given = new Set<Id<'measurementPoint'>>();
    log.info({ revision, devices: ready.devices.length, toProve: toProve.length }, 'trying a configuration');
    await ready.apply((samples) => {
      for (const { pointId, quality } of samples) if (quality === 'good' || quality === 'uncertain') given.add(pointId);
    });
    const ms = probationMsOf(probationMs, ready.devices, rate);
    await timer.sleep(ms, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return void (await file.set(abandonTrial(file.staged)));
    const silent = silentOf(toProve, given);
    if (silent.length === 0) {
      this.#running = ready;
      await file.set(keepTrial(file.staged));
      log.info({ revision }, 'the configuration is kept');
      ready.kept();
      return;
    }
    const why = `no good sample in ${Math.round(ms / 1000)} s from devices that gave some before: ${silent.join(', ')}`;
    log.error({ revision, why }, 'the configuration is rolled back');
    await file.set(rollBack(file.staged, why));
    await before.apply();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }
}
