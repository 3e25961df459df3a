import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { clockOf, seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Actor, freshBase, type Id, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Put, seedTenant, startMs } from '../contract/http-tenant.ts';
import type { SmtpInbox } from '../smtp-inbox.ts';
import type { SharedServers } from './role-processes.ts';

const createdBy: Actor = { kind: 'policy', name: 'test' };
const answerWithinMs = 10_000;
const retryMs = 200;

interface Person {
  readonly cookie: string;
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Times of the seed as if it began now: instants are the only numbers as large as that. */
const shifted = <T>(value: T, byMs: number): T =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'number' && part > 1e12 ? part + byMs : part,
  ) as T;

export interface DeskOutcome {
  /** Offers that an owner was told to have accepted. */
  readonly offersAccepted: number;
  readonly visits: number;
  readonly visitsDoubled: number;
  /** Pairs of holds that block the same time of the same technician. */
  readonly holdsDoubled: number;
  readonly messages: number;
  /** Messages that say the same to the same contact, and letters that left twice without being marked as such. */
  readonly messagesDoubled: number;
}

/** A planner who approves one recommendation after another, and owners who accept: by HTTP, again until they have an answer. */
export class CampaignDesk {
  readonly #servers: SharedServers;
  readonly #apiUrl: () => string;
  readonly #organisationId = newId('organisation', seededRandom(Date.now()));
  #planner: Person = { cookie: '' };
  #owners: Person[] = [];
  #open: Id<'recommendation'>[] = [];
  #machines: Id<'machine'>[] = [];
  #accepted = 0;

  constructor(servers: SharedServers, apiUrl: () => string) {
    this.#servers = servers;
    this.#apiUrl = apiUrl;
  }

  async start(machines: number, technicians: number): Promise<void> {
    const { records } = this.#servers;
    const organisationId = this.#organisationId;
    const nowMs = Date.now();
    const random = seededRandom(nowMs);
    const seeded = await records.transact(async (tx) => {
      const base = freshBase('organisation', { organisationId, createdBy, nowMs, random });
      await tx.insert('organisation', { ...base, id: organisationId, name: 'Service Oy', timeZone: 'Europe/Helsinki' });
      const put: Put = async (kind, fields) => {
        const own = freshBase(kind, { organisationId, createdBy, nowMs, random });
        await tx.insert(kind, { ...own, ...shifted(fields, nowMs - startMs) } as unknown as RecordOf<typeof kind>);
        return own.id;
      };
      return seedTenant(put, { machines, technicians });
    });
    const deps = { records, clock: clockOf(Date.now), wallNow: Date.now, random };
    const signIn = async (who: Partial<RecordOf<'session'>> & Pick<RecordOf<'session'>, 'roles'>): Promise<Person> => {
      const secret = await createSignInLink(deps, { organisationId, personId: null, contactId: null, ...who }, dayMs);
      const reply = await fetch(this.#apiUrl() + apiPaths.signIn(), {
        method: 'POST',
        headers: { 'x-kuluma': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ secret }),
      });
      if (!reply.ok) throw new Error(await reply.text());
      return { cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '' };
    };
    this.#planner = await signIn({ personId: seeded.plannerId, roles: ['planner'] });
    for (const { contactId } of seeded.owners) this.#owners.push(await signIn({ contactId, roles: ['owner'] }));
    this.#open = seeded.machines.map(({ recommendationId }) => recommendationId);
    this.#machines = seeded.machines.map(({ machineId }) => machineId);
  }

  /** Asks until somebody answers who is not out of order. */
  async #ask({ cookie }: Person, path: string, body?: object, version?: number): Promise<Answer> {
    const headers = { cookie, 'x-kuluma': '1', ...(version === undefined ? {} : { 'if-match': `"${version}"` }) };
    const options = body
      ? { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : { headers };
    for (;;) {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await fetch(this.#apiUrl() + path, { ...options, signal }).then(
        async (reply) => ({ status: reply.status, body: reply.status < 500 ? await reply.json() : undefined }),
        () => undefined,
      );
      if (answer && answer.status < 500) return answer;
      await pause(retryMs);
    }
  }

  get cookie(): string {
    return this.#planner.cookie;
  }

  /** What the planner may read. */
  readPaths(): string[] {
    return [
      apiPaths.fleet(this.#organisationId),
      apiPaths.decisions(this.#organisationId),
      ...this.#machines.map((id) => apiPaths.machine(this.#organisationId, id)),
    ];
  }

  /** Whether a page is answered now. */
  async isAnswered(): Promise<boolean> {
    const signal = AbortSignal.timeout(1000);
    const { cookie } = this.#planner;
    return fetch(this.#apiUrl() + apiPaths.decision(this.#organisationId, this.#open[0] ?? ''), {
      headers: { cookie },
      signal,
    }).then(
      (reply) => reply.status === 200,
      () => false,
    );
  }

  async #approve(recommendationId: string): Promise<void> {
    const path = apiPaths.decision(this.#organisationId, recommendationId);
    for (;;) {
      const { version, planMark, state } = (await this.#ask(this.#planner, path)).body as DecisionView;
      if (state !== 'open' || planMark === null) return;
      const order = { idempotencyKey: randomUUID(), planMark };
      const url = apiPaths.approve(this.#organisationId, recommendationId);
      const { status } = await this.#ask(this.#planner, url, order, version);
      if (status === 200) return;
      // Somebody's time was taken meanwhile, or the offer of before was made after all.
      await pause(retryMs);
    }
  }

  async #acceptAll(): Promise<void> {
    for (const owner of this.#owners) {
      const offers = (await this.#ask(owner, apiPaths.offers(this.#organisationId))).body as OfferView[];
      for (const { offerId, version, slots, state } of offers) {
        const [slot] = slots;
        if (!slot || state !== 'sent') continue;
        const answer = { idempotencyKey: randomUUID(), answer: 'accept', slotId: slot.slotId };
        const url = apiPaths.offerAnswer(this.#organisationId, offerId);
        const { status } = await this.#ask(owner, url, answer, version);
        if (status === 200) this.#accepted++;
      }
    }
  }

  /** Decides one after another until it is told to stop, or has nothing more to decide. */
  async work(everyMs: number, signal: AbortSignal): Promise<void> {
    for (const recommendationId of this.#open) {
      if (signal.aborted) return;
      await this.#approve(recommendationId);
      await this.#acceptAll();
      await pause(everyMs);
    }
  }

  /** What stands in the records, and what the mail server has. */
  async outcome(inbox: SmtpInbox): Promise<DeskOutcome> {
    const { records } = this.#servers;
    const visits = await records.list('visit', this.#organisationId);
    const holds = (await records.list('slotHold', this.#organisationId)).filter(({ state }) => state !== 'released');
    const overlaps = holds.flatMap((a, i) =>
      holds
        .slice(i + 1)
        .filter((b) => a.technicianId === b.technicianId && a.busyFromMs < b.busyToMs && b.busyFromMs < a.busyToMs),
    );
    const messages = await records.list('message', this.#organisationId);
    const ambiguous = new Set(messages.filter(({ isAmbiguous }) => isAmbiguous).map(({ letterId }) => letterId));
    const letters = inbox.mails.map(({ headers }) => /<([^@]+)@/.exec(headers.get('message-id') ?? '')?.[1] ?? '');
    const sure = letters.filter((id) => !ambiguous.has(id));
    const repeated = (keys: readonly string[]) => keys.length - new Set(keys).size;
    return {
      offersAccepted: this.#accepted,
      visits: visits.length,
      visitsDoubled: repeated(visits.map((visit) => visit.recommendationId)),
      holdsDoubled: overlaps.length,
      messages: messages.length,
      messagesDoubled:
        repeated(
          messages.map(({ contactId, template, offerId, visitId }) => [contactId, template, offerId, visitId].join()),
        ) + repeated(sure),
    };
  }
}
