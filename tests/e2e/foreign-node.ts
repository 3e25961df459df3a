import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import sparkplug from 'sparkplug-payload';

const theirs = sparkplug.get('spBv1.0');
if (!theirs) throw new Error('sparkplug-payload knows no spBv1.0');

type Payload = Parameters<typeof theirs.encodePayload>[0];
export type Metric = NonNullable<Payload['metrics']>[number];

export const decodeTheirs = theirs.decodePayload;
export const encodeTheirs = (payload: Payload): Buffer => Buffer.from(theirs.encodePayload(payload));

/** An edge node of another maker: mqtt.js and the payloads of Eclipse Tahu. It births again when it is asked. */
export class ForeignNode {
  /** Metrics of commands that came. */
  readonly commands: Metric[] = [];
  /** States of hosts that came. */
  readonly hosts: string[] = [];
  seq = 0;
  readonly #topic: (type: string) => string;
  readonly #bdSeq: number;
  readonly #births: () => void;
  #client: MqttClient | undefined;

  /** @param births sends its certificates with `birth` */
  constructor(name: { group: string; node: string }, bdSeq: number, births: (node: ForeignNode) => void) {
    this.#topic = (type) => `spBv1.0/${name.group}/${type}/${name.node}`;
    this.#bdSeq = bdSeq;
    this.#births = () => births(this);
  }

  async connect(url: string, options: IClientOptions): Promise<void> {
    const payload = encodeTheirs({ timestamp: Date.now(), metrics: [this.#bdSeqMetric()] });
    const client = await mqtt.connectAsync(url, {
      reconnectPeriod: 0,
      ...options,
      will: { topic: this.#topic('NDEATH'), payload, qos: 1, retain: false },
    });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('message', (topic, bytes) => {
      if (topic.startsWith('spBv1.0/STATE/')) return void this.hosts.push(`${topic} ${bytes}`);
      const metrics = decodeTheirs(bytes).metrics ?? [];
      this.commands.push(...metrics);
      if (metrics.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true)) this.#births();
    });
    await client.subscribeAsync([`${this.#topic('NCMD')}/#`, `${this.#topic('DCMD')}/#`, 'spBv1.0/STATE/kuluma'], {
      qos: 1,
    });
    this.#births();
  }

  birth(metrics: Metric[]): void {
    this.seq = 0;
    const rebirth = { name: 'Node Control/Rebirth', timestamp: Date.now(), type: 'Boolean', value: false } as const;
    this.send('NBIRTH', [this.#bdSeqMetric(), rebirth, ...metrics]);
  }

  /** @param type with the device behind it where there is one: `DDATA/pump` */
  send(type: string, metrics: Metric[]): void {
    this.sendBytes(type, encodeTheirs({ timestamp: Date.now(), seq: this.seq++ % 256, metrics }));
  }

  sendBytes(type: string, payload: Buffer): void {
    const [word = '', device] = type.split('/');
    this.#client?.publish(`${this.#topic(word)}${device ? `/${device}` : ''}`, payload, { qos: 0 });
  }

  /** Without a goodbye. */
  drop(): void {
    this.#client?.stream.destroy();
  }

  async end(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  #bdSeqMetric(): Metric {
    return { name: 'bdSeq', timestamp: Date.now(), type: 'UInt64', value: this.#bdSeq };
  }
}
