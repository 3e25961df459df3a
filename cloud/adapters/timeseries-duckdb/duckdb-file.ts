import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '@kuluma/shared/errors.ts';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import { MemoryRoom } from './memory-room.ts';
import type { Reader } from './pieces.ts';

export interface DuckDbFileOptions {
  readonly dir: string;
  /** As DuckDB spells it: `512MB`. Above it queries spill to disk. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

interface Open {
  readonly instance: DuckDBInstance;
  /** Of samples as they come. */
  readonly writer: DuckDBConnection;
  /** Of compaction and erasure, beside the writer. */
  readonly keeper: DuckDBConnection;
  /** Of reads, that nobody uses now. */
  readonly free: DuckDBConnection[];
  readonly memory: Memory;
}

/** What the limit of memory is for, beside writes and what DuckDB keeps of the file, which get the rest. */
interface Memory {
  readonly reads: MemoryRoom;
  /** Of one transaction that packs. */
  readonly packingBytes: number;
}

const memoryOf = async (connection: DuckDBConnection): Promise<Memory> => {
  const sql = `select parse_formatted_bytes(current_setting('memory_limit'))`;
  const bytes = Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
  return { reads: new MemoryRoom(bytes / 2), packingBytes: bytes / 4 };
};

/** To open a connection costs as much as a small read. */
const mostFree = 8;

/** After such an error DuckDB answers nothing any more until the file is opened again. */
const isFatal = (error: unknown): boolean => error instanceof Error && /FATAL|invalidated/.test(error.message);

/**
 * One DuckDB file that belongs to this process. Writes take turns; reads and chores go beside them. After a fatal error
 * the file is opened again, and `load` reads anew what its user keeps in memory.
 */
export class DuckDbFile {
  readonly #options: DuckDbFileOptions;
  readonly #load: (connection: DuckDBConnection) => Promise<void>;
  #lock: FolderLock | undefined;
  #open: Open | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** What runs beside the turns. */
  readonly #beside = new Set<Promise<unknown>>();

  constructor(options: DuckDbFileOptions, load: (connection: DuckDBConnection) => Promise<void>) {
    this.#options = options;
    this.#load = load;
  }

  async open(): Promise<void> {
    this.#lock = await lockFolder(this.#options.dir);
    try {
      await this.#openFile();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.inTurn(() => this.#closeFile());
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #openFile(): Promise<Open> {
    const { dir, memoryLimit = '512MB', threads = 2 } = this.#options;
    const instance = await DuckDBInstance.create(join(dir, 'samples.duckdb'), {
      memory_limit: memoryLimit,
      threads: String(threads),
      temp_directory: join(dir, 'spill'),
      autoinstall_known_extensions: 'false',
    });
    const [writer, keeper] = [await instance.connect(), await instance.connect()];
    const open = { instance, writer, keeper, free: [], memory: await memoryOf(writer) };
    this.#open = open;
    await this.#load(open.writer);
    return open;
  }

  async #closeFile(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    // DuckDB lets go of the file only when its last connection is closed.
    await Promise.allSettled(this.#beside);
    for (const connection of open ? [open.writer, open.keeper, ...open.free] : []) connection.closeSync();
    open?.instance.closeSync();
  }

  #opened(): Open {
    if (!this.#open) throw new AppError('STORE_UNAVAILABLE', 'the time series store is not open');
    return this.#open;
  }

  /** Runs `work` when all that was asked before it has ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastTurn.then(work);
    this.#lastTurn = done.catch(() => undefined);
    return done;
  }

  async #reopen(): Promise<Open> {
    await this.#closeFile();
    if (!this.#lock) return this.#opened();
    return this.#openFile();
  }

  #refusal(cause: unknown): AppError {
    const isLost = isFatal(cause);
    // Should that fail too, the next write tries it again and says why.
    if (isLost) this.inTurn(() => this.#reopen()).catch(() => undefined);
    return new AppError('STORE_UNAVAILABLE', 'the time series store failed', {
      cause,
      hint: isLost ? 'it is opened again; see the free space of the disk' : 'see the free space of the disk',
    });
  }

  async #transaction<T>(connection: DuckDBConnection, work: (c: DuckDBConnection) => Promise<T>): Promise<T> {
    try {
      await connection.run('begin');
      const result = await work(connection);
      await connection.run('commit');
      return result;
    } catch (cause) {
      // A failed commit has rolled back already; what matters is the cause.
      await connection.run('rollback').catch(() => undefined);
      throw this.#refusal(cause);
    }
  }

  /** A transaction of the writer; call it within `inTurn`. */
  async writing<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    const { writer } = this.#open ?? (await this.#reopen());
    return this.#transaction(writer, work);
  }

  /** Memory of one transaction that packs. */
  get packingBytes(): number {
    return this.#opened().memory.packingBytes;
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#beside.add(work);
    const forget = () => this.#beside.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** A transaction beside the writer's; callers take care that there is one at a time. */
  keeping<T>(work: (keeper: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#tracked(this.#transaction(this.#opened().keeper, work));
  }

  /** Reads on a connection that nobody else uses meanwhile, so that it waits for nobody. */
  async reading<T>(read: (connection: DuckDBConnection, reader: Reader) => Promise<T>): Promise<T> {
    const { instance, free, memory } = this.#opened();
    const run = async (): Promise<T> => {
      const connection = free.pop() ?? (await instance.connect());
      try {
        const result = await read(connection, { connection, room: memory.reads });
        if (free.length < mostFree) free.push(connection);
        else connection.closeSync();
        return result;
      } catch (cause) {
        connection.closeSync();
        throw isFatal(cause) ? this.#refusal(cause) : cause;
      }
    };
    return this.#tracked(run());
  }

  /** Gives the space of what was removed back to later writes. */
  async checkpoint(): Promise<void> {
    const { writer } = this.#opened();
    try {
      await writer.run('checkpoint');
    } catch (cause) {
      throw this.#refusal(cause);
    }
  }
}
