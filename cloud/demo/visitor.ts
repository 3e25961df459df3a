import { randomUUID } from 'node:crypto';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView, ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionLine, DecisionsView, DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { DayView, OfferView } from '@kuluma/shared/model/views/visit.ts';

/** Somebody who uses the HTTP API as a page does: signs in with a link's secret, reads, decides. */
export class Visitor {
  private readonly baseUrl: string;
  private cookie = '';
  private organisationId = '';

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  private async call<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { cookie: this.cookie, 'x-kuluma': '1', 'content-type': 'application/json', ...init.headers };
    const response = await fetch(`${this.baseUrl}${path}`, { ...init, headers });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    const body = (await response.json()) as unknown;
    if (response.ok) return body as T;
    const problem = body as ProblemView;
    throw new AppError(
      problem.code === 'CONFLICT' ? 'CONFLICT' : 'INTERNAL',
      `${path} answered ${response.status}: ${problem.message}`,
      {
        hint: problem.reference,
      },
    );
  }

  private command<T>(path: string, version: number, body: object): Promise<T> {
    const text = JSON.stringify({ idempotencyKey: randomUUID(), ...body });
    return this.call(path, { method: 'POST', body: text, headers: { 'if-match': `"${version}"` } });
  }

  async signIn(secret: string): Promise<MeView> {
    const me = await this.call<MeView>(apiPaths.signIn(), { method: 'POST', body: JSON.stringify({ secret }) });
    this.organisationId = me.organisationId;
    return me;
  }

  async openDecisions(): Promise<DecisionLine[]> {
    return (await this.call<DecisionsView>(apiPaths.decisions(this.organisationId))).items;
  }

  /** One decision with its slots and price, which the list leaves out. */
  async decision(recommendationId: string): Promise<DecisionView> {
    return this.call(apiPaths.decision(this.organisationId, recommendationId));
  }

  /** False where the plan or the recommendation changed since it was read. */
  async approve({ recommendationId, version, planMark }: DecisionView): Promise<boolean> {
    try {
      await this.command(apiPaths.approve(this.organisationId, recommendationId), version, { planMark });
      return true;
    } catch (error) {
      if (asAppError(error).code !== 'CONFLICT') throw error;
      return false;
    }
  }

  async offers(): Promise<OfferView[]> {
    return this.call(apiPaths.offers(this.organisationId));
  }

  async accept(offer: OfferView, slotId: string): Promise<OfferView> {
    return this.command(apiPaths.offerAnswer(this.organisationId, offer.offerId), offer.version, {
      answer: 'accept',
      slotId,
    });
  }

  async day(): Promise<DayView> {
    return this.call(apiPaths.day(this.organisationId));
  }
}
