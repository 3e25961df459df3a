import type { Clock, Random } from '@kuluma/shared/clock.ts';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState } from '@kuluma/shared/wire/gateway-state.ts';
import { decodeSparkplug, rebirthMetric } from '@kuluma/shared/wire/sparkplug.ts';
import { commandFilters, hostStateTopic } from '@kuluma/shared/wire/sparkplug-topic.ts';
import { connect, type MqttClient } from 'mqtt';
import { backoffMs } from '../../core/backoff.ts';
import type { SideUplink, WallTimer } from '../../ports.ts';
import { NodeMessages, type SparkplugDevice, type SparkplugMessage } from './node-messages.ts';
import { PrimaryHost } from './primary-host.ts';

export interface SparkplugOptions {
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  readonly group: string;
  readonly node: string;
  readonly username?: string;
  readonly password?: string;
  /** Id of the host application without which nothing is sent. */
  readonly primaryHost?: string;
  readonly clientId: string;
  /** Number of the next connection. What a broker still says of the last one is not about that. */
  readonly nextBdSeq: () => number;
}

export interface SparkplugUplinkDeps {
  readonly clock: Clock;
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  /** How the devices are doing at this moment. */
  readonly devices: () => readonly DeviceState[];
}

export interface SparkplugCounters {
  readonly published: number;
  /** Samples that came while there was no session or no room. */
  readonly dropped: number;
}

const connectTimeoutMs = 10_000;
/** Samples are gathered so long, so that a device's scan is one message. */
const gatherMs = 100;
const watchMs = 1000;
const goodbyeMs = 1000;
/** Samples that may wait for a slow link, and bytes that may wait in its socket. */
const mostWaiting = 20_000;
const mostUnsentBytes = 1_000_000;
/** Of one message. */
const mostMetrics = 1000;

/** @throws what hindered it, or that it was given up */
const connected = (client: MqttClient, over: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const giveUp = () => reject(new AppError('LINK_DOWN', 'the connection was given up'));
    client.once('connect', () => resolve());
    // Stays for the errors of a session, each of which also ends it.
    client.on('error', reject);
    if (over.aborted) giveUp();
    else over.addEventListener('abort', giveUp, { once: true });
  });

/**
 * A second way out, for other hosts: an edge node of Sparkplug B. It rides beside the outbox and never slows it: what
 * cannot be sent at once is dropped and counted, and a host gets the latest values with the next birth certificates.
 */
export class SparkplugUplink implements SideUplink {
  readonly name = 'Sparkplug B uplink';
  readonly #options: SparkplugOptions;
  readonly #devices: ReadonlyMap<string, SparkplugDevice>;
  readonly #deviceOf = new Map<Sample['pointId'], string>();
  readonly #deps: SparkplugUplinkDeps;
  readonly #messages: NodeMessages;
  readonly #last = new Map<Sample['pointId'], Sample>();
  readonly #stopping = new AbortController();
  #bdSeq = 0;
  /** While births were published. */
  #client: MqttClient | undefined;
  #alive = new Set<string>();
  #waiting: Sample[] = [];
  #flushTimer: NodeJS.Timeout | undefined;
  #counters = { published: 0, dropped: 0 };
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SparkplugOptions, devices: readonly SparkplugDevice[], deps: SparkplugUplinkDeps) {
    this.#options = options;
    this.#devices = new Map(devices.map((device) => [device.name, device]));
    for (const { name, points } of devices) for (const { pointId } of points) this.#deviceOf.set(pointId, name);
    this.#deps = deps;
    this.#messages = new NodeMessages(options, devices);
  }

  get counters(): SparkplugCounters {
    return this.#counters;
  }

  offer(samples: readonly Sample[]): void {
    for (const sample of samples) this.#last.set(sample.pointId, sample);
    if (!this.#client || this.#waiting.length + samples.length > mostWaiting) {
      this.#counters.dropped += samples.length;
      return;
    }
    this.#waiting.push(...samples);
    this.#flushTimer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  async start(): Promise<void> {
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { timer, random, log } = this.#deps;
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const why = await this.#session().then(() => undefined, asAppError);
      failures = why ? failures + 1 : 1;
      if (failures === 1 && !this.#stopping.signal.aborted)
        log.warn({ why: why?.message ?? 'the session ended', ...this.#counters }, 'no Sparkplug B host is reached');
      await timer.sleep(backoffMs(failures, random, 1000, 60_000), this.#stopping.signal);
    }
  }

  /** From connection to end. @throws what hindered the connection */
  async #session(): Promise<void> {
    this.#bdSeq = this.#options.nextBdSeq();
    const death = this.#messages.nodeDeath(this.#bdSeq, this.#deps.clock.now());
    const client = this.#connect(death);
    const ended = new AbortController();
    const over = AbortSignal.any([ended.signal, this.#stopping.signal]);
    client.once('close', () => ended.abort());
    try {
      await connected(client, over);
      const host = await this.#subscribe(client);
      await host.untilOnline(over);
      if (!over.aborted) {
        this.#deps.log.info(this.#counters, 'telling Sparkplug B hosts what is read');
        this.#bear(client);
        await this.#watch(host, over);
      }
      if (this.#client) await this.#sayDeath(client, death);
    } finally {
      this.#leave();
      await client.endAsync(true);
    }
  }

  /** Before the goodbye, from which on the broker keeps the will back; to one that hangs, none is said. */
  async #sayDeath(client: MqttClient, { topic, payload }: SparkplugMessage): Promise<void> {
    this.#flush();
    const saying = async (): Promise<void> => {
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
      await client.endAsync();
    };
    // Where the session ends before, the will is told.
    if (client.connected) await Promise.race([saying().catch(() => undefined), this.#deps.timer.sleep(goodbyeMs)]);
  }

  #connect(death: SparkplugMessage): MqttClient {
    const { url, clientId, username, password } = this.#options;
    return connect(url, {
      clientId,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
      keepalive: 30,
      connectTimeout: connectTimeoutMs,
      protocolVersion: 4,
      will: { topic: death.topic, payload: Buffer.from(death.payload), qos: 1, retain: false },
    });
  }

  async #subscribe(client: MqttClient): Promise<PrimaryHost> {
    const { primaryHost } = this.#options;
    const host = new PrimaryHost(primaryHost !== undefined);
    const stateTopic = primaryHost === undefined ? undefined : hostStateTopic(primaryHost);
    client.on('message', (topic, payload) => {
      if (topic === stateTopic) host.take(payload);
      else if (this.#isRebirth(payload) && this.#client) this.#bear(client);
    });
    await client.subscribeAsync([...commandFilters(this.#options), ...(stateTopic ? [stateTopic] : [])], { qos: 1 });
    return host;
  }

  #isRebirth(payload: Uint8Array): boolean {
    try {
      return decodeSparkplug(payload).metrics.some(
        ({ name, value }) => name === rebirthMetric && value?.kind === 'boolean' && value.value,
      );
    } catch (error) {
      this.#deps.log.debug({ code: asAppError(error).code }, 'a Sparkplug B command that is none');
      return false;
    }
  }

  /** Births of the node and of the devices that were read and are not bad. What waits is told by them. */
  #bear(client: MqttClient): void {
    this.#client = client;
    this.#flush();
    const nowMs = this.#deps.clock.now();
    this.#send(this.#messages.nodeBirth(this.#bdSeq, nowMs));
    this.#alive = new Set();
    for (const { name, quality } of this.#deps.devices())
      if (quality !== 'unknown' && quality !== 'bad') this.#bearDevice(name, nowMs);
  }

  #bearDevice(name: string, nowMs: number): void {
    const device = this.#devices.get(name);
    if (!device) return;
    this.#alive.add(name);
    this.#send(this.#messages.deviceBirth(device, (pointId) => this.#last.get(pointId), nowMs));
  }

  /** Until the session or the primary host is gone: devices that go bad die; they are born again with their next sample. */
  async #watch(host: PrimaryHost, over: AbortSignal): Promise<void> {
    while (!over.aborted && host.isOnline) {
      await this.#deps.timer.sleep(watchMs, over);
      for (const { name, quality } of this.#deps.devices()) {
        if (quality !== 'bad' || !this.#alive.has(name)) continue;
        this.#flush();
        this.#alive.delete(name);
        this.#send(this.#messages.deviceDeath(name, this.#deps.clock.now()));
      }
    }
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const samples = this.#waiting;
    if (samples.length === 0 || !this.#client?.connected) return;
    if (this.#client.stream.writableLength > mostUnsentBytes) {
      this.#flushTimer = setTimeout(() => this.#flush(), gatherMs);
      return;
    }
    this.#waiting = [];
    const nowMs = this.#deps.clock.now();
    for (const [name, ofDevice] of Map.groupBy(samples, ({ pointId }) => this.#deviceOf.get(pointId))) {
      if (name === undefined) continue;
      if (!this.#alive.has(name)) this.#bearDevice(name, nowMs);
      for (let at = 0; at < ofDevice.length; at += mostMetrics)
        this.#send(this.#messages.deviceData(name, ofDevice.slice(at, at + mostMetrics), nowMs));
      this.#counters.published += ofDevice.length;
    }
  }

  #send({ topic, payload }: SparkplugMessage): void {
    this.#client?.publish(topic, Buffer.from(payload), { qos: 0 });
  }

  #leave(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#client = undefined;
    this.#counters.dropped += this.#waiting.length;
    this.#waiting = [];
  }
}
