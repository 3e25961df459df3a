import { randomUUID } from 'node:crypto';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { Type } from 'typebox';
import type { RecordReader, WrittenRecord } from '../../ports.ts';
import type { Database } from './database.ts';

const channel = 'kuluma_written';
/** What is written within so long is told at once. */
const gatherMs = 20;
/** PostgreSQL takes a message of 8000 bytes. */
const mostTold = 60;

/** Ids only: whoever hears it reads the records themselves. */
const News = Type.Object({
  from: Type.String(),
  written: Type.Array(Type.Tuple([Type.String(), Type.String(), Type.String()])),
});

const isKind = (kind: string): kind is RecordKind => kind in recordKinds;

/**
 * Tells other processes on the same server what this one wrote, and hears it from them. News can be lost, with a process
 * or a connection: whoever keeps something in memory reads it again now and then.
 */
export class RecordNews {
  readonly #database: Database;
  readonly #reader: RecordReader;
  readonly #log: Logger;
  readonly #me = randomUUID();
  #waiting: WrittenRecord[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, reader: RecordReader, log: Logger) {
    this.#database = database;
    this.#reader = reader;
    this.#log = log;
  }

  start(hear: (written: readonly WrittenRecord[]) => void): void {
    this.#database.listen?.(channel, (text) => {
      this.#read(text).then(
        (written) => {
          if (written.length > 0) hear(written);
        },
        (error: unknown) => this.#log.warn({ err: error }, 'what another process wrote was not read'),
      );
    });
  }

  tell(written: readonly WrittenRecord[]): void {
    this.#waiting.push(...written);
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.#send(), gatherMs);
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at += mostTold) {
      const written = waiting
        .slice(at, at + mostTold)
        .map(({ kind, record }) => [kind, record.organisationId, record.id]);
      const text = JSON.stringify({ from: this.#me, written });
      await this.#database.query('select pg_notify($1, $2)', [channel, text]).catch((error: unknown) => {
        this.#log.debug({ err: error }, 'other processes were not told what was written');
      });
    }
  }

  async #read(text: string): Promise<WrittenRecord[]> {
    const news: unknown = JSON.parse(text);
    if (!isValid(News, news) || news.from === this.#me) return [];
    const found: WrittenRecord[] = [];
    const groups = Map.groupBy(news.written, ([kind, organisationId]) => `${kind} ${organisationId}`);
    for (const group of groups.values()) {
      const [kind = '', organisationId = ''] = group[0] ?? [];
      // A newer program may write kinds that this one does not know.
      if (!isKind(kind)) continue;
      const ids = [...new Set(group.map(([, , id]) => id))];
      const records = await this.#reader.list(kind, organisationId as Id<'organisation'>, { where: { id: ids } });
      found.push(...records.map((record) => ({ kind, record }) as WrittenRecord));
    }
    return found;
  }
}
