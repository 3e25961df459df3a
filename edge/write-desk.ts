import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { oneOf } from '@kuluma/shared/model/base.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { type Static, Type } from 'typebox';
import type { WriteOrder } from './bus.ts';

const strict = { additionalProperties: false };
const text = Type.String({ minLength: 1, maxLength: 200 });

const Order = Type.Object({ device: text, point: text, value: Type.Number(), by: text }, strict);
const Answer = Type.Union([
  Type.Object({ readBack: Type.Number() }, strict),
  Type.Object(
    {
      code: oneOf(Object.keys(errorCodes) as (keyof typeof errorCodes)[]),
      message: Type.String(),
      hint: Type.Optional(Type.String()),
    },
    strict,
  ),
]);
type Answer = Static<typeof Answer>;

const socketIn = (dataDir: string): string => join(dataDir, 'write.sock');
const mostBytes = 4096;

/** One line of JSON from a connection, bounded in length. @throws INPUT_INVALID */
const lineFrom = async (socket: Socket): Promise<unknown> => {
  let line = '';
  for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    line += chunk;
    if (line.includes('\n')) return JSON.parse(line);
    if (line.length > mostBytes) break;
  }
  throw new AppError('INPUT_INVALID', 'one line of JSON is wanted');
};

/**
 * Where a running agent takes orders to write: a socket in its data folder that its own user alone may open. There is no
 * other way in; nothing that comes over the network writes to a machine.
 */
export class WriteDesk implements Part {
  readonly name = 'write desk';
  readonly #path: string;
  readonly #write: (order: WriteOrder) => Promise<number>;
  #server: Server | undefined;

  constructor(dataDir: string, write: (order: WriteOrder) => Promise<number>) {
    this.#path = socketIn(dataDir);
    this.#write = write;
  }

  async start(): Promise<void> {
    // The folder is locked for this agent: a socket that is there was left by one that died.
    await rm(this.#path, { force: true });
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.setTimeout(60_000, () => socket.destroy());
      this.#serve(socket).catch(() => socket.destroy());
    });
    server.listen(this.#path);
    await once(server, 'listening');
    await chmod(this.#path, 0o600);
    this.#server = server;
  }

  async #serve(socket: Socket): Promise<void> {
    const answer = await this.#answer(socket).catch((error: unknown): Answer => {
      const { code, message, hint } = asAppError(error);
      return { code, message, ...(hint ? { hint } : {}) };
    });
    socket.end(`${JSON.stringify(answer)}\n`);
  }

  async #answer(socket: Socket): Promise<Answer> {
    const order = parse(Order, await lineFrom(socket), 'the order');
    return { readBack: await this.#write(order) };
  }

  async stop(): Promise<void> {
    this.#server?.close();
    await rm(this.#path, { force: true });
  }
}

/** Has the agent that runs in `dataDir` write a point; returns what it holds afterwards. @throws what the agent says; LINK_DOWN where none runs */
export const orderWrite = async (dataDir: string, order: WriteOrder): Promise<number> => {
  const socket = connect(socketIn(dataDir));
  try {
    await once(socket, 'connect');
  } catch (cause) {
    const hint = 'writing goes through the agent that holds the lines: start it with "kuluma-edge run"';
    throw new AppError('LINK_DOWN', `no agent runs in ${dataDir}`, { cause, hint });
  }
  socket.write(`${JSON.stringify(order)}\n`);
  const answer = parse(Answer, await lineFrom(socket), 'the answer of the agent', 'INTERNAL');
  socket.destroy();
  if ('readBack' in answer) return answer.readBack;
  throw new AppError(answer.code, answer.message, answer.hint ? { hint: answer.hint } : {});
};
