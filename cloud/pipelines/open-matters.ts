import type { FilterOf, RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { RecordQuery, RecordReader, WrittenRecord } from '../ports.ts';
import { readInParts } from './held-records.ts';

type Recommendation = RecordOf<'recommendation'>;
type Versioned = { readonly id: string; readonly version: number };

/** What is kept of an offer, a visit and a letter: what lists of open matters say. */
export type OfferHead = Pick<
  RecordOf<'offer'>,
  | 'id'
  | 'version'
  | 'createdAtMs'
  | 'recommendationId'
  | 'machineId'
  | 'contactId'
  | 'state'
  | 'validUntilMs'
  | 'answeredAtMs'
>;
export type VisitHead = Pick<
  RecordOf<'visit'>,
  'id' | 'version' | 'createdAtMs' | 'recommendationId' | 'machineId' | 'technicianId' | 'state'
> & { readonly slot: Pick<RecordOf<'visit'>['slot'], 'startMs' | 'arrivalToMs'> };
export type LetterHead = Pick<RecordOf<'message'>, 'id' | 'version' | 'offerId' | 'state'>;

/** What the budget of alerts counts of a recommendation, whatever became of it. */
export type RecentHead = Pick<Recommendation, 'id' | 'machineId' | 'createdAtMs' | 'openedAtMs' | 'state'>;
/** One that waited longer for its turn is long withdrawn. */
const recentMs = 60 * dayMs;

const openStates: readonly Recommendation['state'][] = ['open', 'postponed', 'approved'];
const isOpen = ({ state }: Recommendation): boolean => openStates.includes(state);

const offerHead = (offer: RecordOf<'offer'>): OfferHead => {
  const { id, version, createdAtMs, recommendationId, machineId, contactId, state, validUntilMs, answeredAtMs } = offer;
  return { id, version, createdAtMs, recommendationId, machineId, contactId, state, validUntilMs, answeredAtMs };
};

const visitHead = (visit: RecordOf<'visit'>): VisitHead => {
  const { id, version, createdAtMs, recommendationId, machineId, technicianId, state, slot } = visit;
  const { startMs, arrivalToMs } = slot;
  return { id, version, createdAtMs, recommendationId, machineId, technicianId, state, slot: { startMs, arrivalToMs } };
};

/** Records under the id of what they belong to, the oldest first; a newer version takes the place of an older one. */
class Grouped<T extends Versioned> {
  readonly #groups = new Map<string, Map<string, T>>();

  put(ownerId: string, record: T): void {
    const group = this.#groups.get(ownerId) ?? new Map<string, T>();
    this.#groups.set(ownerId, group);
    const before = group.get(record.id);
    if (!before || before.version <= record.version) group.set(record.id, record);
  }

  of(ownerId: string): readonly T[] {
    return [...(this.#groups.get(ownerId)?.values() ?? [])];
  }

  drop(ownerId: string): void {
    this.#groups.delete(ownerId);
  }
}

const byCreation = <T extends { readonly createdAtMs: number }>(records: readonly T[]): T[] =>
  [...records].sort((a, b) => a.createdAtMs - b.createdAtMs);

const ignore = (): void => undefined;

/**
 * What waits for a decision, an answer or a visit in an organisation: recommendations with their offers, the letters that
 * tell of these, and their visits. In memory, and kept as it is by what each transaction wrote.
 */
export class OpenMatters {
  readonly #store: RecordReader;
  readonly #organisationId: string;
  readonly #recommendations = new Map<string, Recommendation>();
  readonly #ofMachine = new Map<string, Set<string>>();
  readonly #offers = new Grouped<OfferHead>();
  readonly #visits = new Grouped<VisitHead>();
  readonly #letters = new Grouped<LetterHead>();
  readonly #recent = new Map<string, RecentHead>();
  /** Of those whose letters are kept. */
  readonly #offerIds = new Set<string>();
  /** Opened again: what came of them before is not known yet. */
  readonly #reopened = new Set<string>();
  #settling: Promise<void> = Promise.resolve();

  constructor(store: RecordReader, organisationId: string) {
    this.#store = store;
    this.#organisationId = organisationId;
  }

  async load(nowMs: number): Promise<void> {
    const keep = (recommendations: readonly Recommendation[]) => {
      for (const recommendation of recommendations) this.#keepRecent(recommendation);
    };
    const createdFromMs = nowMs - recentMs;
    await readInParts(this.#store, 'recommendation', this.#organisationId, keep, { createdFromMs });
    const ids: string[] = [];
    const take = (recommendations: readonly Recommendation[]) => {
      for (const recommendation of recommendations) {
        this.#open(recommendation);
        ids.push(recommendation.id);
      }
    };
    await readInParts(this.#store, 'recommendation', this.#organisationId, take, { where: { state: openStates } });
    await this.#readWhatCame(ids);
  }

  /** Reads what came of matters that were opened again; nothing to do mostly. Who comes while it reads waits for it. */
  settle(): Promise<void> {
    const settling = this.#settling.then(() => this.#readReopened());
    // Whoever called hears of a failure; the next one reads anew.
    this.#settling = settling.then(ignore, ignore);
    return settling;
  }

  /** @param written by one transaction. @returns the machines whose matters changed */
  take(written: readonly WrittenRecord[]): ReadonlySet<string> {
    const machineIds = new Set<string>();
    // A transaction may write what came of a matter before the matter itself.
    for (const { kind, record } of written)
      if (kind === 'recommendation') machineIds.add(this.#takeRecommendation(record));
    for (const { kind, record } of written) {
      if (kind === 'offer') this.#takeOffer(record);
      if (kind === 'visit') this.#takeVisit(record);
      if (kind === 'offer' || kind === 'visit') machineIds.add(record.machineId);
    }
    for (const { kind, record } of written) if (kind === 'message') this.#takeLetter(record);
    return machineIds;
  }

  /** Of a machine, the oldest first. */
  of(machineId: string): readonly Recommendation[] {
    const ids = this.#ofMachine.get(machineId) ?? [];
    return byCreation([...ids].flatMap((id) => this.#recommendations.get(id) ?? []));
  }

  inState(state: Recommendation['state']): readonly Recommendation[] {
    return [...this.#recommendations.values()].filter((recommendation) => recommendation.state === state);
  }

  offers(recommendationId: string): readonly OfferHead[] {
    return byCreation(this.#offers.of(recommendationId));
  }

  visits(recommendationId: string): readonly VisitHead[] {
    return byCreation(this.#visits.of(recommendationId));
  }

  /** The letter that tells of an offer. */
  letter(offerId: string): LetterHead | undefined {
    return this.#letters.of(offerId)[0];
  }

  /** Of all matters. */
  allOffers(): readonly OfferHead[] {
    return [...this.#recommendations.keys()].flatMap((id) => this.#offers.of(id));
  }

  allVisits(): readonly VisitHead[] {
    return [...this.#recommendations.keys()].flatMap((id) => this.#visits.of(id));
  }

  /** Recommendations of the last weeks. */
  recent(nowMs: number): readonly RecentHead[] {
    for (const [id, { createdAtMs }] of this.#recent) if (createdAtMs < nowMs - recentMs) this.#recent.delete(id);
    return [...this.#recent.values()];
  }

  #keepRecent({ id, machineId, createdAtMs, openedAtMs, state }: Recommendation): void {
    this.#recent.set(id, { id, machineId, createdAtMs, ...(openedAtMs === undefined ? {} : { openedAtMs }), state });
  }

  #open(recommendation: Recommendation): void {
    const before = this.#recommendations.get(recommendation.id);
    if (before && before.version > recommendation.version) return;
    this.#recommendations.set(recommendation.id, recommendation);
    const ids = this.#ofMachine.get(recommendation.machineId) ?? new Set<string>();
    this.#ofMachine.set(recommendation.machineId, ids.add(recommendation.id));
  }

  #takeRecommendation(recommendation: Recommendation): string {
    const { id, machineId, version } = recommendation;
    this.#keepRecent(recommendation);
    if (isOpen(recommendation)) {
      if (version > 1 && !this.#recommendations.has(id)) this.#reopened.add(id);
      this.#open(recommendation);
    } else {
      for (const offer of this.#offers.of(id)) {
        this.#letters.drop(offer.id);
        this.#offerIds.delete(offer.id);
      }
      this.#offers.drop(id);
      this.#visits.drop(id);
      this.#recommendations.delete(id);
      this.#ofMachine.get(machineId)?.delete(id);
    }
    return machineId;
  }

  #takeOffer(offer: RecordOf<'offer'>): void {
    if (!this.#recommendations.has(offer.recommendationId)) return;
    this.#offers.put(offer.recommendationId, offerHead(offer));
    this.#offerIds.add(offer.id);
  }

  #takeVisit(visit: RecordOf<'visit'>): void {
    if (this.#recommendations.has(visit.recommendationId)) this.#visits.put(visit.recommendationId, visitHead(visit));
  }

  #takeLetter(message: RecordOf<'message'>): void {
    const { id, version, offerId, state, template } = message;
    if (template === 'offer' && offerId !== null && this.#offerIds.has(offerId))
      this.#letters.put(offerId, { id, version, offerId, state });
  }

  async #readReopened(): Promise<void> {
    if (this.#reopened.size === 0) return;
    const ids = [...this.#reopened];
    this.#reopened.clear();
    try {
      await this.#readWhatCame(ids);
    } catch (error) {
      for (const id of ids) this.#reopened.add(id);
      throw error;
    }
  }

  async #readWhatCame(recommendationIds: readonly string[]): Promise<void> {
    const offerIds: string[] = [];
    await this.#readOf('offer', 'recommendationId', recommendationIds, (offer) => {
      this.#takeOffer(offer);
      offerIds.push(offer.id);
    });
    await this.#readOf('visit', 'recommendationId', recommendationIds, (visit) => this.#takeVisit(visit));
    await this.#readOf('message', 'offerId', offerIds, (message) => this.#takeLetter(message));
  }

  async #readOf<K extends RecordKind>(
    kind: K,
    field: FilterOf<K>,
    ids: readonly string[],
    take: (record: RecordOf<K>) => void,
  ): Promise<void> {
    if (ids.length === 0) return;
    const each = (records: readonly RecordOf<K>[]) => records.forEach(take);
    await readInParts(this.#store, kind, this.#organisationId, each, {
      where: { [field]: ids } as RecordQuery<K>['where'] & object,
    });
  }
}
