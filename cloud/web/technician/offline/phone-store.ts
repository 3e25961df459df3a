import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb';
import { type KeptDraft, keptDraftOf } from '../kept-draft.ts';
import type { VisitDraft } from '../visit-draft.ts';
import { type Act, type ActStore, leadsOn } from './acts.ts';
import type { KeptPhoto } from './photos.ts';
import type { FileKeeper, KeptFile } from './shelf.ts';

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
  files: { key: string; value: KeptFile };
  /** `draft` may be of an earlier version of the page; `aside` is what another could not read of it. */
  drafts: { key: string; value: { readonly visitId: string; readonly draft: unknown; readonly aside?: unknown } };
}

const name = 'kuluma-technician';

/** A finger in a glove taps twice. One that was refused does not count: it may go again in other words. */
const isSameStep = (one: Act, act: Act): boolean =>
  one.visitId === act.visitId && one.kind === act.kind && one.technicianId === act.technicianId && one.refusal === null;

/** The phone's own store: what was done and waits, and what the service said last. */
export class PhoneStore implements ActStore, FileKeeper {
  readonly #open: Promise<IDBPDatabase<Tables>>;

  constructor() {
    this.#open = openDB<Tables>(name, 4, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore('acts', { keyPath: 'place', autoIncrement: true }).createIndex('id', 'id');
          db.createObjectStore('versions', { keyPath: 'visitId' });
          db.createObjectStore('views', { keyPath: 'key' });
        }
        if (before < 2) db.createObjectStore('photos', { keyPath: 'fileId' });
        if (before < 3) db.createObjectStore('files', { keyPath: 'fileId' });
        if (before < 4) db.createObjectStore('drafts', { keyPath: 'visitId' });
      },
    });
  }

  async all(): Promise<Act[]> {
    return (await this.#open).getAll('acts');
  }

  /**
   * The act, and the photo that it tells of: both or neither. What a visit comes to once is not queued a second time; its
   * report takes the place of what was filled in.
   */
  async add(act: Act, photo?: KeptPhoto): Promise<void> {
    // On the disk before it is confirmed: a phone whose battery falls out has it too.
    const tx = (await this.#open).transaction(['acts', 'photos', 'drafts'], 'readwrite', { durability: 'strict' });
    const acts = tx.objectStore('acts');
    const isDouble = leadsOn(act.kind) && (await acts.getAll()).some((one) => isSameStep(one, act));
    if (!isDouble) await acts.add(act);
    if (photo) await tx.objectStore('photos').put(photo);
    if (act.kind === 'done') await tx.objectStore('drafts').delete(act.visitId);
    await tx.done;
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

  async forget(viewKey: string): Promise<void> {
    await (await this.#open).delete('views', viewKey);
  }

  async photos(): Promise<KeptPhoto[]> {
    return (await this.#open).getAll('photos');
  }

  /** Of a photo that is still here: one that was removed meanwhile does not come back. */
  async keepPhoto(photo: KeptPhoto): Promise<void> {
    const tx = (await this.#open).transaction('photos', 'readwrite');
    if (await tx.store.get(photo.fileId)) await tx.store.put(photo);
    await tx.done;
  }

  async dropPhoto(fileId: string): Promise<void> {
    await (await this.#open).delete('photos', fileId);
  }

  /** By visit. */
  async drafts(): Promise<Map<string, KeptDraft>> {
    const drafts = new Map<string, KeptDraft>();
    for (const { visitId, draft, aside: before } of await (await this.#open).getAll('drafts')) {
      const { known, aside } = keptDraftOf(draft);
      drafts.set(visitId, { known, aside: [...(Array.isArray(before) ? before : []), ...aside] });
    }
    return drafts;
  }

  async keepDraft(visitId: string, draft: Partial<VisitDraft>, aside: readonly unknown[]): Promise<void> {
    await (await this.#open).put('drafts', { visitId, draft, aside });
  }

  async fileIds(): Promise<string[]> {
    return (await this.#open).getAllKeys('files');
  }

  async file(fileId: string): Promise<KeptFile | undefined> {
    return (await this.#open).get('files', fileId);
  }

  async keepFile(file: KeptFile): Promise<void> {
    await (await this.#open).put('files', file);
  }

  async dropFile(fileId: string): Promise<void> {
    await (await this.#open).delete('files', fileId);
  }

  /** Leaves nothing of the person on the phone. */
  async wipe(): Promise<void> {
    (await this.#open).close();
    await deleteDB(name);
  }
}
