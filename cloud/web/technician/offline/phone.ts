import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { mergedWork, type WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VanReturnView, VisitFileView, VisitWorkCommand } from '@kuluma/shared/model/views/commands.ts';
import { type ClockView, isoOf, type MeView } from '@kuluma/shared/model/views/common.ts';
import type { DayView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { WorkEntry, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import type { QueryClient } from '@tanstack/react-query';
import { ProblemError, postJson } from '../../parts/api-client.ts';
import { productNowMs } from '../../parts/clock.ts';
import { browserRandom } from '../../parts/random.ts';
import { type KeptDraft, nothingKept, wordsIn } from '../kept-draft.ts';
import { statementsOf } from '../statements.ts';
import { completed, freshDraft, type VisitDraft } from '../visit-draft.ts';
import { type Act, type ActKind, type Answer, actPaths, replay } from './acts.ts';
import type { PhoneStore } from './phone-store.ts';
import { type KeptPhoto, type SendPiece, sendPhotos } from './photos.ts';
import { forgetShell } from './shell.ts';

type Photo = Extract<WorkValue, { kind: 'photo' }>;

const tooMany = 429;

/** Why nothing was done: the service was not heard, or it said no. @throws what is no answer of the service */
const noOf = (error: unknown): Exclude<Answer, { kind: 'done' }> => {
  if (!(error instanceof ProblemError)) throw error;
  if (error.ambiguous || error.status === tooMany) return { kind: 'away' };
  return error.problem.code === 'NOT_SIGNED_IN' ? { kind: 'signedOut' } : { kind: 'refused', problem: error.problem };
};

export interface PhoneState {
  /** Of the technician whose page it is. */
  readonly acts: readonly Act[];
  /** Those that the service does not have yet. */
  readonly photos: readonly KeptPhoto[];
  /** Until then nobody knows what waits. */
  readonly isRead: boolean;
  /** The service does not know who asks: what waits goes after the next sign-in. */
  readonly isSignedOut: boolean;
  /** The phone could not keep or read what waits. */
  readonly isBroken: boolean;
}

/** What the technician does goes to the phone's store first, then to the service as soon as it can be reached. */
export class Phone {
  readonly #store: PhoneStore;
  readonly #queries: QueryClient;
  readonly #me: MeView;
  readonly #drafts: Map<string, KeptDraft>;
  readonly #listeners = new Set<() => void>();
  #state: PhoneState = { acts: [], photos: [], isRead: false, isSignedOut: false, isBroken: false };

  /** @param drafts those that the store keeps */
  constructor(store: PhoneStore, queries: QueryClient, me: MeView, drafts: Map<string, KeptDraft>) {
    this.#store = store;
    this.#queries = queries;
    this.#me = me;
    this.#drafts = drafts;
  }

  readonly now = (): PhoneState => this.#state;

  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  /**
   * @param photo that the act tells of
   * @returns whether the phone keeps it: only then may what was typed be forgotten.
   */
  async act(
    visit: { readonly visitId: string; readonly version: number },
    kind: ActKind,
    body: object,
    photo?: KeptPhoto,
  ): Promise<boolean> {
    const act: Act = {
      id: crypto.randomUUID(),
      technicianId: this.#technicianId,
      visitId: visit.visitId,
      path: actPaths[kind](this.#me.organisationId, visit.visitId),
      kind,
      version: visit.version,
      body,
      actedAtMs: Date.now(),
      refusal: null,
    };
    const isKept = await this.#try(() => this.#store.add(act, photo));
    if (isKept && kind === 'done') this.#drafts.delete(visit.visitId);
    if (isKept) void this.send();
    return isKept;
  }

  /** What was filled in at a visit and not stated yet, and what it begins with. */
  draftOf(visit: VisitView, work: ReadonlyMap<string, WorkField>): VisitDraft {
    return completed(this.#keptOf(visit.visitId).known, freshDraft(visit, work));
  }

  /** What another version of the page kept of a visit and this one can not read, in words. */
  asideOf(visitId: string): readonly string[] {
    return this.#keptOf(visitId).aside.map(wordsIn);
  }

  /** A draft outlives the page: a phone that sleeps or dies loses nothing. */
  keepDraft(visitId: string, draft: VisitDraft): void {
    this.#keep(visitId, { ...this.#keptOf(visitId), known: draft });
  }

  /** The technician has seen what was put aside, and has it where it belongs. */
  dropAside(visitId: string): void {
    this.#keep(visitId, { ...this.#keptOf(visitId), aside: [] });
    this.#tell({ ...this.#state });
  }

  /** What was done and found; an empty list is nothing to tell. */
  async state(visit: VisitView, entries: readonly WorkEntry[]): Promise<boolean> {
    return entries.length === 0 || this.act(visit, 'work', this.#stated(entries));
  }

  /** A picture that is small enough already; it leaves as soon as the service can be reached. @returns whether it is kept */
  async takePhoto(visit: VisitView, shown: Pick<Photo, 'step' | 'check'>, jpeg: Blob): Promise<boolean> {
    const fileId = newId('visitFile', browserRandom);
    const bytes = await jpeg.arrayBuffer();
    const photo: KeptPhoto = { fileId, visitId: visit.visitId, technicianId: this.#technicianId, bytes, refusal: null };
    const entries = statementsOf(mergedWork(visit.work), [{ kind: 'photo', fileId, ...shown, state: 'kept' }]);
    return this.act(visit, 'work', this.#stated(entries), photo);
  }

  async dropPhoto(visit: VisitView, photo: Photo): Promise<void> {
    const entries = statementsOf(mergedWork(visit.work), [{ ...photo, state: 'removed' }]);
    if (await this.state(visit, entries)) await this.#try(() => this.#store.dropPhoto(photo.fileId));
    await this.send();
  }

  /** A refused act goes again, on the visit as it is now; those behind it follow. */
  async again({ visitId }: Act, version: number): Promise<void> {
    if (await this.#try(() => this.#store.allow(visitId, version))) await this.send();
  }

  async discard(act: Act): Promise<void> {
    if (await this.#try(() => this.#store.discard(act))) await this.send();
  }

  /** Sends what waits; of several open pages one does. */
  readonly send = async (): Promise<void> => {
    await this.#try(async () => {
      await this.#read();
      const { acts, photos } = this.#state;
      if ([...acts, ...photos].every(({ refusal }) => refusal !== null)) return;
      const end = await navigator.locks.request('kuluma-acts', async () => {
        const ended = await replay(this.#store, this.#technicianId, this.#sendAct);
        return ended === 'sent' ? sendPhotos(this.#store, this.#technicianId, this.#sendPiece) : ended;
      });
      await this.#read(end === 'signedOut');
      if (end === 'sent') await this.#queries.invalidateQueries({ queryKey: this.#dayKey });
    });
  };

  /**
   * Tries to send what waits, then leaves nothing of anybody's work on the phone.
   * @returns how many acts wait, also another technician's, unless `force`
   */
  async signOut(force: boolean): Promise<number> {
    await this.send();
    const waiting = (await this.#store.all()).length + (await this.#store.photos()).length;
    if (waiting > 0 && !force) return waiting;
    await postJson(apiPaths.signOut(), {}).catch((error: unknown) => {
      // The session ends by itself; what counts is that the phone forgets.
      if (!(error instanceof ProblemError)) throw error;
    });
    this.#queries.clear();
    await this.#store.wipe();
    await forgetShell();
    location.replace('/');
    return 0;
  }

  /** @returns what the service made of the act; a lost answer is "away", and the act goes again under its key. */
  readonly #sendAct = async ({ path, body, id }: Act, version: number): Promise<Answer> => {
    try {
      const view = await postJson<VisitView | VanReturnView>(path, { ...body, idempotencyKey: id }, version);
      if (!('visitId' in view)) return { kind: 'done', version };
      await this.#show(view);
      return { kind: 'done', version: view.version };
    } catch (error) {
      return noOf(error);
    }
  };

  #keptOf(visitId: string): KeptDraft {
    return this.#drafts.get(visitId) ?? nothingKept;
  }

  #keep(visitId: string, kept: KeptDraft): void {
    this.#drafts.set(visitId, kept);
    void this.#try(() => this.#store.keepDraft(visitId, kept.known, kept.aside));
  }

  /** What an act made of the visit is seen at once: without it the page would fall back to before the act. */
  async #show(visit: VisitView): Promise<void> {
    const queryKey = this.#dayKey;
    await this.#queries.cancelQueries({ queryKey });
    this.#queries.setQueryData<DayView>(queryKey, (day) =>
      day ? { ...day, visits: day.visits.map((one) => (one.visitId === visit.visitId ? visit : one)) } : day,
    );
  }

  readonly #sendPiece: SendPiece = async ({ visitId, fileId }, piece) => {
    try {
      const path = apiPaths.visitFile(this.#me.organisationId, visitId, fileId);
      return { kind: 'done', ...(await postJson<VisitFileView>(path, piece)) };
    } catch (error) {
      return noOf(error);
    }
  };

  /**
   * The phone's own clock may be an hour wrong; what counts is how long ago the service told its time. One that never
   * heard it, or whose clock was set back since, has nothing but its own, and says so.
   */
  #stated(entries: readonly WorkEntry[]): Omit<VisitWorkCommand, 'idempotencyKey'> {
    const told = this.#queries.getQueryData<{ view: ClockView; receivedAtMs: number }>([apiPaths.clock()]);
    const ownMs = Date.now();
    if (!told || ownMs < told.receivedAtMs)
      return { actedAt: isoOf(ownMs), isTimeDoubtful: true, entries: [...entries] };
    return { actedAt: isoOf(productNowMs(told.view, told.receivedAtMs, ownMs)), entries: [...entries] };
  }

  get #dayKey(): readonly unknown[] {
    return [apiPaths.day(this.#me.organisationId), {}];
  }

  get #technicianId(): string {
    return this.#me.technicianId ?? '';
  }

  async #read(isSignedOut = false): Promise<void> {
    const acts = (await this.#store.all()).filter(({ technicianId }) => technicianId === this.#technicianId);
    const photos = (await this.#store.photos()).filter(({ technicianId }) => technicianId === this.#technicianId);
    this.#tell({ acts, photos, isRead: true, isSignedOut, isBroken: false });
  }

  /** A store that fails is told on the page; the next try may work. */
  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      reportError(error);
      this.#tell({ ...this.#state, isBroken: true });
      return false;
    }
  }

  #tell(state: PhoneState): void {
    this.#state = state;
    for (const changed of this.#listeners) changed();
  }
}
