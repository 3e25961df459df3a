import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One gateway as its broker sees it. */
export interface AgentLogin {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** Messages ready for the wire: `packets` holds them one after another, `ends[i]` is where the i-th ends. */
export interface PublishQueue {
  readonly packets: Uint8Array;
  readonly ends: readonly number[];
}

/** Length of a string or of a packet's rest, MQTT 3.1.1, sections 1.5.3 and 2.2.3. */
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};
const packet = (type: number, ...rest: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(rest);
  const header = [type];
  for (let left = body.length; ; left >>>= 7) {
    header.push(left > 127 ? (left & 127) | 128 : left);
    if (left < 128) return Buffer.concat([Buffer.from(header), body]);
  }
};

const packetIds = 65_535;
const keepAliveS = 600;

export const connectPacket = ({ clientId, username, password }: AgentLogin): Buffer =>
  packet(
    0x10,
    text('MQTT'),
    Buffer.from([4, 0xc2, keepAliveS >> 8, keepAliveS & 255]),
    text(clientId),
    text(username),
    text(password),
  );

/** At QoS 1. */
export const subscribePacket = (filter: string): Buffer =>
  packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([1]));

/** QoS 1 PUBLISH packets of the payloads on one topic. */
export const queueOf = (topic: string, payloads: readonly Uint8Array[]): PublishQueue => {
  const packets = payloads.map((payload, i) => {
    const id = (i % packetIds) + 1;
    return packet(0x32, text(topic), Buffer.from([id >> 8, id & 255]), payload);
  });
  let end = 0;
  const ends = packets.map(({ length }) => {
    end += length;
    return end;
  });
  return { packets: Buffer.concat(packets), ends };
};

/** Every packet that a broker sends to one who only publishes has four bytes. */
const answerBytes = 4;

/**
 * A gateway on a bare socket that publishes prepared packets at QoS 1, `window` of them unacknowledged at most. It costs
 * a tenth of an MQTT client, so that what is measured is the broker.
 */
export class MqttAgent {
  readonly #socket: Socket;
  readonly #queue: PublishQueue;
  readonly #window: number;
  readonly #onAcks: (count: number) => void;
  #answered = 0;
  #sent = 0;
  #acked = 0;
  #limit = 0;

  private constructor(socket: Socket, queue: PublishQueue, window: number, onAcks: (count: number) => void) {
    this.#socket = socket;
    this.#queue = queue;
    this.#window = window;
    this.#onAcks = onAcks;
  }

  /** Resolves when the broker let it in. */
  static async connect(
    port: number,
    login: AgentLogin,
    queue: PublishQueue,
    window: number,
    onAcks: (count: number) => void,
  ): Promise<MqttAgent> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.write(connectPacket(login));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error(`not let in: ${answer.toString('hex')}`);
    const agent = new MqttAgent(socket, queue, window, onAcks);
    socket.on('data', (bytes) => agent.#take(bytes.length));
    return agent;
  }

  /** Publishes the next `count` of its queue, as fast as the acknowledgements allow. */
  publish(count: number): void {
    this.#limit = Math.min(this.#limit + count, this.#queue.ends.length);
    this.#push();
  }

  #take(bytes: number): void {
    const before = Math.floor(this.#answered / answerBytes);
    this.#answered += bytes;
    const acks = Math.floor(this.#answered / answerBytes) - before;
    this.#acked += acks;
    if (acks > 0) this.#onAcks(acks);
    this.#push();
  }

  #push(): void {
    const until = Math.min(this.#limit, this.#acked + this.#window);
    if (until <= this.#sent) return;
    const { packets, ends } = this.#queue;
    this.#socket.write(packets.subarray(this.#sent === 0 ? 0 : ends[this.#sent - 1], ends[until - 1]));
    this.#sent = until;
  }

  end(): void {
    this.#socket.destroy();
  }
}

export type Agents = readonly { readonly login: AgentLogin; readonly queue: PublishQueue }[];

/** Connects agents one after another; `acked()` counts what was acknowledged to all of them. */
export const connectAgents = async (port: number, agents: Agents, window: number) => {
  let acked = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let reached = (): void => undefined;
  const onAcks = (count: number): void => {
    acked += count;
    if (acked >= wanted) reached();
  };
  const connected: MqttAgent[] = [];
  for (const { login, queue } of agents) connected.push(await MqttAgent.connect(port, login, queue, window, onAcks));
  return {
    acked: () => acked,
    /** Each publishes its next `count` messages; resolves when all are acknowledged. */
    async publish(count: number): Promise<void> {
      wanted = acked + count * connected.length;
      const done = new Promise<void>((resolve) => {
        reached = resolve;
      });
      for (const agent of connected) agent.publish(count);
      await done;
    },
    end(): void {
      for (const agent of connected) agent.end();
    },
  };
};
