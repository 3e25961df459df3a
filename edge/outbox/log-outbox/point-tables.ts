import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { mostTablePoints } from '@kuluma/shared/wire/samples-body.ts';

type PointId = Id<'measurementPoint'>;

/** A point as records refer to it: in which of the tables of this process, and where there. */
export interface PointPlace {
  readonly table: number;
  readonly index: number;
}

/**
 * The point tables of a gateway. Those that records on the disk refer to stand beside the log, one file each named by
 * its content, as a record outlives the configuration under which it was made.
 */
export class PointTables {
  readonly #dir: string;
  readonly #onDisk = new Map<string, readonly PointId[]>();
  readonly #places = new Map<PointId, PointPlace>();
  readonly #tables: { pointIds: PointId[]; id: string | undefined }[] = [];

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** A file that is not what its name says is left out. @throws what the file system throws */
  static async open(dir: string, pointIds: readonly PointId[]): Promise<PointTables> {
    const tables = new PointTables(dir);
    await mkdir(dir, { recursive: true });
    for (const name of await readdir(dir)) {
      const ids = (await readFile(join(dir, name), 'latin1')).split('\n') as PointId[];
      if (tableIdOf(ids) === name) tables.#onDisk.set(name, ids);
    }
    for (const pointId of pointIds) tables.placeOf(pointId);
    return tables;
  }

  /** Where the point stands; one that is new goes behind the others, and its table changes. */
  placeOf(pointId: PointId): PointPlace {
    const known = this.#places.get(pointId);
    if (known) return known;
    let last = this.#tables.at(-1);
    if (!last || last.pointIds.length === mostTablePoints) {
      last = { pointIds: [], id: undefined };
      this.#tables.push(last);
    }
    const place = { table: this.#tables.length - 1, index: last.pointIds.length };
    last.pointIds.push(pointId);
    last.id = undefined;
    this.#places.set(pointId, place);
    return place;
  }

  /** The id of a table as it is now, durable when it returns. @throws what the file system throws */
  async keep(table: number): Promise<string> {
    const found = this.#tables[table];
    if (!found) throw new Error(`there is no table ${table}`);
    found.id ??= tableIdOf(found.pointIds);
    const { id } = found;
    if (!this.#onDisk.has(id)) {
      const pointIds = [...found.pointIds];
      await this.#write(id, pointIds);
      this.#onDisk.set(id, pointIds);
    }
    return id;
  }

  async #write(id: string, pointIds: readonly PointId[]): Promise<void> {
    await replaceFile(join(this.#dir, id), pointIds.join('\n'));
  }

  get(tableId: string): readonly PointId[] | undefined {
    return this.#onDisk.get(tableId);
  }

  /** No record refers to any of them: they are written again when they are needed. */
  async clear(): Promise<void> {
    this.#onDisk.clear();
    for (const name of await readdir(this.#dir)) await unlink(join(this.#dir, name));
  }
}
