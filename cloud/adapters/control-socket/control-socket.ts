import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { AppError, asAppError, type ErrorCode, errorCodes } from '@kuluma/shared/errors.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';

/** What a running service does for a command on the same machine: by name, from JSON to JSON. */
export type ControlActs = Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;

const socketIn = (dataDir: string): string => join(dataDir, 'control.sock');
/** Of the address of a Unix socket, on Linux without the closing zero. */
const longestPath = 107;

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

const perform = async (acts: ControlActs, message: IncomingMessage): Promise<unknown> => {
  const act = acts[message.url?.slice(1) ?? ''];
  if (!act) throw new AppError('NOT_FOUND', 'this service does not know the command', { hint: 'is it an older one?' });
  return act(await json(message));
};

/**
 * Takes commands on a socket in the data folder that its user alone may open: whoever can, could read all that the
 * folder holds anyway, so nothing more is asked of them.
 */
export class ControlSocket implements Part {
  readonly name = 'control socket';
  readonly #file: string;
  readonly #acts: ControlActs;
  readonly #log: Logger;
  #server: Server | undefined;

  constructor(dataDir: string, acts: ControlActs, log: Logger) {
    this.#file = socketIn(dataDir);
    this.#acts = acts;
    this.#log = log;
  }

  async start(): Promise<void> {
    if (Buffer.byteLength(this.#file) > longestPath) {
      this.#log.warn({ file: this.#file }, 'no commands are taken while the service runs: the path is too long');
      return;
    }
    await mkdir(dirname(this.#file), { recursive: true });
    // Of a process that died; a living one holds the locks of the folder.
    await rm(this.#file, { force: true });
    const server = createServer((message, answer) => {
      void perform(this.#acts, message).then(
        (done) => answer.end(JSON.stringify(done ?? null)),
        (error: unknown) => {
          const { code, message: text, hint } = asAppError(error);
          if (code === 'INTERNAL') this.#log.error({ err: error }, 'a command failed');
          answer.statusCode = errorCodes[code].status;
          answer.end(JSON.stringify({ code, message: text, hint } satisfies Refusal));
        },
      );
    });
    server.listen(this.#file);
    await once(server, 'listening');
    await chmod(this.#file, 0o600);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');

/**
 * Asks the service that runs on the data folder, and waits as long as it takes.
 * @returns undefined where none does. @throws what the service refuses with
 */
export const askService = async (dataDir: string, act: string, argument: unknown): Promise<unknown> => {
  const socketPath = socketIn(dataDir);
  if (Buffer.byteLength(socketPath) > longestPath) return undefined;
  const asking = request({ socketPath, path: `/${act}`, method: 'POST' });
  asking.end(JSON.stringify(argument));
  let answer: IncomingMessage;
  try {
    [answer] = (await once(asking, 'response')) as [IncomingMessage];
  } catch (error) {
    if (isNobodyThere(error)) return undefined;
    throw new AppError('LINK_DOWN', 'the running service gave no answer', { cause: error, hint: 'see its log' });
  }
  const body = await json(answer);
  if (answer.statusCode === 200) return body;
  const { code, message, hint } = body as Refusal;
  throw new AppError(code, message, hint === undefined ? {} : { hint });
};
