import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';

type Command = NonNullable<Packet['cmd']>;

/** One end of an MQTT 3.1.1 connection, byte by byte: it does nothing by itself, not even what the standard asks of a client. */
export class MqttTalker {
  readonly #socket: Socket;
  readonly #heard: Packet[] = [];
  #woken = (): void => undefined;
  /** Resolves when the other side ended the connection. */
  readonly closed: Promise<void>;
  #isClosed = false;
  #fault: string | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const reading = parser({ protocolVersion: 4 });
    reading.on('packet', (packet) => {
      this.#heard.push(packet);
      this.#woken();
    });
    let last = Buffer.alloc(0);
    reading.on('error', (error) => {
      this.#fault = `${error.message}: ${last.toString('hex').slice(0, 400)}`;
      socket.destroy();
    });
    socket.on('data', (bytes) => {
      last = bytes;
      reading.parse(bytes);
    });
    // A reset says no more than that it is closed.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isClosed = true;
        this.#woken();
        resolve();
      });
    });
  }

  static async open(port: number): Promise<MqttTalker> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new MqttTalker(socket);
  }

  /** A connection whose CONNECT was answered. */
  static async signedIn(port: number, connectPacket: Partial<IConnectPacket> & { clientId: string }) {
    const talker = await MqttTalker.open(port);
    talker.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      ...connectPacket,
    });
    return { talker, connack: await talker.next('connack') };
  }

  send(packet: Packet): void {
    this.sendBytes(generate(packet));
  }

  /** May be no packet at all. */
  sendBytes(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#socket.write(bytes);
  }

  /** The next packet of this command; others before it are passed over. @throws when the connection ends first */
  async next<C extends Command>(cmd: C): Promise<Extract<Packet, { cmd: C }>> {
    for (;;) {
      const packet = this.#heard.shift();
      if (packet?.cmd === cmd) return packet as Extract<Packet, { cmd: C }>;
      if (packet) continue;
      if (this.#isClosed) throw new Error(`the connection ended before a ${cmd}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#woken = resolve;
      await promise;
    }
  }

  /** All that came until a PINGREQ was answered: what the other side had to say by then. */
  async heard(): Promise<Packet[]> {
    this.send({ cmd: 'pingreq' });
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#isClosed || this.#heard.some(({ cmd }) => cmd === 'pingresp')) resolve();
    };
    this.#woken = look;
    look();
    await promise;
    return this.#heard.splice(0).filter(({ cmd }) => cmd !== 'pingresp');
  }

  /** What the other side sent that is no MQTT, in hex. */
  get fault(): string | undefined {
    return this.#fault;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Says that nothing more will come, and waits until the other side sees it so too. */
  async hangUp(): Promise<void> {
    this.#socket.end();
    await this.closed;
  }

  /** As a cable that is pulled: without DISCONNECT. */
  async cut(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  async disconnect(): Promise<void> {
    this.send({ cmd: 'disconnect' });
    await this.closed;
  }
}
