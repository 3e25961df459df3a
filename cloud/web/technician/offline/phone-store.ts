import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import type { Act, ActStore } from './acts.ts';
import type { KeptPhoto } from './photos.ts';

/** An answer of the service that the phone keeps. */
export interface KeptView {
  readonly key: string;
  readonly queryKey: readonly unknown[];
  readonly data: unknown;
  readonly atMs: number;
}

interface Tables extends DBSchema {
  acts: { key: number; value: Act & { readonly place?: number }; indexes: { id: string } };
  versions: { key: string; value: { readonly visitId: string; readonly version: number } };
  views: { key: string; value: KeptView };
  photos: { key: string; value: KeptPhoto };
}

const name = 'kuluma-technician';

/** The phone's own store: what was done and waits, and what the service said last. */
export class PhoneStore implements ActStore {
  readonly #open: Promise<IDBPDatabase<Tables>>;

  constructor() {
    this.#open = openDB<Tables>(name, 2, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore('acts', { keyPath: 'place', autoIncrement: true }).createIndex('id', 'id');
          db.createObjectStore('versions', { keyPath: 'visitId' });
          db.createObjectStore('views', { keyPath: 'key' });
        }
        if (before < 2) db.createObjectStore('photos', { keyPath: 'fileId' });
      },
    });
  }

  async all(): Promise<Act[]> {
    return (await this.#open).getAll('acts');
  }

  async add(act: Act): Promise<void> {
    await (await this.#open).add('acts', act);
  }

  async madeVersion(visitId: string): Promise<number> {
    return (await (await this.#open).get('versions', visitId))?.version ?? 0;
  }

  async done({ id, visitId }: Act, version: number | null): Promise<void> {
    const tx = (await this.#open).transaction(['acts', 'versions'], 'readwrite');
    const place = await tx.objectStore('acts').index('id').getKey(id);
    if (place !== undefined) await tx.objectStore('acts').delete(place);
    if (version !== null) await tx.objectStore('versions').put({ visitId, version });
    await tx.done;
  }

  async refuse({ id }: Act, refusal: ProblemView): Promise<void> {
    const tx = (await this.#open).transaction('acts', 'readwrite');
    const kept = await tx.store.index('id').get(id);
    if (kept) await tx.store.put({ ...kept, refusal });
    await tx.done;
  }

  /** What was refused of a visit may go again, on the version of it that the technician has seen now. */
  async allow(visitId: string, version: number): Promise<void> {
    const tx = (await this.#open).transaction('acts', 'readwrite');
    for (const act of await tx.store.getAll())
      if (act.visitId === visitId) await tx.store.put({ ...act, version, refusal: null });
    await tx.done;
  }

  async discard({ id }: Act): Promise<void> {
    const tx = (await this.#open).transaction('acts', 'readwrite');
    const place = await tx.store.index('id').getKey(id);
    if (place !== undefined) await tx.store.delete(place);
    await tx.done;
  }

  async views(): Promise<KeptView[]> {
    return (await this.#open).getAll('views');
  }

  async keep(view: KeptView): Promise<void> {
    await (await this.#open).put('views', view);
  }

  async photos(): Promise<KeptPhoto[]> {
    return (await this.#open).getAll('photos');
  }

  async keepPhoto(photo: KeptPhoto): Promise<void> {
    await (await this.#open).put('photos', photo);
  }

  async dropPhoto(fileId: string): Promise<void> {
    await (await this.#open).delete('photos', fileId);
  }

  /** Leaves nothing of the person on the phone. */
  async wipe(): Promise<void> {
    (await this.#open).close();
    await deleteDB(name);
  }
}
