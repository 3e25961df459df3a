import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import type { Act, ActStore } from './acts.ts';

/** An answer of the service that the phone keeps. */
export interface KeptView {
  readonly key: string;
  readonly queryKey: readonly unknown[];
  readonly data: unknown;
  readonly atMs: number;
}

interface Tables extends DBSchema {
  acts: { key: number; value: Act & { readonly place?: number }; indexes: { id: string } };
  views: { key: string; value: KeptView };
}

const name = 'kuluma-technician';

/** The phone's own store: what was done and waits, and what the service said last. */
export class PhoneStore implements ActStore {
  readonly #open: Promise<IDBPDatabase<Tables>>;

  constructor() {
    this.#open = openDB<Tables>(name, 1, {
      upgrade(db) {
        db.createObjectStore('acts', { keyPath: 'place', autoIncrement: true }).createIndex('id', 'id');
        db.createObjectStore('views', { keyPath: 'key' });
      },
    });
  }

  async all(): Promise<Act[]> {
    return (await this.#open).getAll('acts');
  }

  async add(act: Act): Promise<void> {
    await (await this.#open).add('acts', act);
  }

  async settle(goneId: string, changed: readonly Act[]): Promise<void> {
    const tx = (await this.#open).transaction('acts', 'readwrite');
    const index = tx.store.index('id');
    const place = await index.getKey(goneId);
    if (place !== undefined) await tx.store.delete(place);
    for (const act of changed) {
      const known = await index.get(act.id);
      if (known) await tx.store.put({ ...known, ...act });
    }
    await tx.done;
  }

  async views(): Promise<KeptView[]> {
    return (await this.#open).getAll('views');
  }

  async keep(view: KeptView): Promise<void> {
    await (await this.#open).put('views', view);
  }

  /** Leaves nothing of the person on the phone. */
  async wipe(): Promise<void> {
    (await this.#open).close();
    await deleteDB(name);
  }
}
