import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ProblemError, postJson } from '../../parts/api-client.ts';
import { type Act, type Answer, actPaths, replay } from './acts.ts';
import type { PhoneStore } from './phone-store.ts';
import { forgetShell } from './shell.ts';

const sendEveryMs = 10_000;
const tooMany = 429;

/** @returns what the service made of the act; a lost answer is "away", and the act goes again under its key. */
const send = async ({ path, body, id, version }: Act): Promise<Answer> => {
  try {
    const view = await postJson<{ version: number }>(path, { ...body, idempotencyKey: id }, version);
    return { kind: 'done', version: view.version };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.ambiguous || error.status === tooMany) return { kind: 'away' };
    return error.problem.code === 'NOT_SIGNED_IN' ? { kind: 'signedOut' } : { kind: 'refused', problem: error.problem };
  }
};

export interface PhoneState {
  readonly acts: readonly Act[];
  /** The service does not know who asks: what waits goes after the next sign-in. */
  readonly isSignedOut: boolean;
}

/** What the technician does goes to the phone's store first, then to the service as soon as it can be reached. */
export class Phone {
  readonly #store: PhoneStore;
  readonly #queries: QueryClient;
  readonly #listeners = new Set<() => void>();
  #state: PhoneState = { acts: [], isSignedOut: false };

  constructor(store: PhoneStore, queries: QueryClient) {
    this.#store = store;
    this.#queries = queries;
  }

  readonly state = (): PhoneState => this.#state;

  readonly subscribe = (changed: () => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };

  async act(organisationId: string, visit: VisitView, leadsTo: keyof typeof actPaths, body: object): Promise<void> {
    const behind = this.#state.acts.findLast(({ visitId }) => visitId === visit.visitId);
    await this.#store.add({
      id: crypto.randomUUID(),
      visitId: visit.visitId,
      path: actPaths[leadsTo](organisationId, visit.visitId),
      leadsTo,
      version: behind?.version ?? visit.version,
      body,
      actedAtMs: Date.now(),
      refusal: null,
    });
    await this.#read();
    await this.send();
  }

  /** A refused act goes again, on the visit as it is now; those behind it follow. */
  async again(act: Act, version: number): Promise<void> {
    const ofVisit = this.#state.acts.filter(({ visitId }) => visitId === act.visitId);
    await this.#store.settle(
      '',
      ofVisit.map((one) => ({ ...one, version, refusal: null })),
    );
    await this.#read();
    await this.send();
  }

  async discard({ id }: Act): Promise<void> {
    await this.#store.settle(id, []);
    await this.#read();
    await this.send();
  }

  /** Sends what waits; of several open pages one does. */
  readonly send = async (): Promise<void> => {
    await this.#read();
    if (this.#state.acts.every(({ refusal }) => refusal !== null)) return;
    const end = await navigator.locks.request('kuluma-acts', () => replay(this.#store, send));
    await this.#read(end === 'signedOut');
    if (end === 'sent') await this.#queries.invalidateQueries();
  };

  /** Tries to send what waits, then leaves nothing on the phone. @returns how many acts wait, unless `force`. */
  async signOut(force: boolean): Promise<number> {
    await this.send();
    const waiting = this.#state.acts.length;
    if (waiting > 0 && !force) return waiting;
    await postJson(apiPaths.signOut(), {}).catch((error: unknown) => {
      // The session ends by itself; what counts is that the phone forgets.
      if (!(error instanceof ProblemError)) throw error;
    });
    this.#queries.clear();
    await this.#store.wipe();
    await forgetShell();
    localStorage.clear();
    location.replace('/');
    return 0;
  }

  async #read(isSignedOut = false): Promise<void> {
    this.#state = { acts: await this.#store.all(), isSignedOut };
    for (const changed of this.#listeners) changed();
  }
}

const PhoneContext = createContext<Phone | null>(null);

export const usePhone = (): Phone => {
  const phone = useContext(PhoneContext);
  if (!phone) throw new Error('usePhone stands outside of PhoneProvider');
  return phone;
};

export const usePhoneState = (): PhoneState => {
  const phone = usePhone();
  return useSyncExternalStore(phone.subscribe, phone.state);
};

/** Sends at the start, when the link or the page comes back, and now and then. */
export const PhoneProvider = ({ store, children }: { store: PhoneStore; children: ReactNode }) => {
  const queries = useQueryClient();
  const phone = useMemo(() => new Phone(store, queries), [store, queries]);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => {
    const sendNow = () => void phone.send().catch(setFault);
    sendNow();
    const timer = setInterval(sendNow, sendEveryMs);
    window.addEventListener('online', sendNow);
    document.addEventListener('visibilitychange', sendNow);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', sendNow);
      document.removeEventListener('visibilitychange', sendNow);
    };
  }, [phone]);
  if (fault) throw fault;
  return <PhoneContext value={phone}>{children}</PhoneContext>;
};
