import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { type PriceListRecord, priceFields } from '@kuluma/shared/model/prices.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { Prices } from '@kuluma/shared/model/views/prices.ts';
import { type Cover, coverOn, type OfferTerms } from '../core/offers/price.ts';
import type { Clock, Random, RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { ownerIdOf } from './machine-facts.ts';

const names = Object.keys(priceFields) as readonly (keyof Prices)[];

/** The prices that were set on the pages; undefined while the configured ones count. */
const keptPrices = async (lookup: Pick<Lookup, 'list'>): Promise<PriceListRecord | undefined> =>
  (await lookup.list('priceList', { limit: 1 }))[0];

/** What an offer of this organisation costs now, and how long it stands. @param configured where nobody has set anything else */
export const termsNow = async (lookup: Pick<Lookup, 'list'>, configured: OfferTerms): Promise<OfferTerms> => {
  const kept = await keptPrices(lookup);
  return kept ? { prices: kept, validForMs: kept.offerValidHours * hourMs } : configured;
};

/** The same as a form shows them, with their version. */
export const pricesNow = async (
  lookup: Pick<Lookup, 'list'>,
  { prices, validForMs }: OfferTerms,
): Promise<{ readonly id: string | null; readonly version: number; readonly prices: Prices }> => {
  const kept = await keptPrices(lookup);
  const { labourCentsPerHour, travelCentsPerKm, callOutCents, vatRatePermille } = kept ?? prices;
  return {
    id: kept?.id ?? null,
    version: kept?.version ?? 0,
    prices: {
      ...{ labourCentsPerHour, travelCentsPerKm, callOutCents, vatRatePermille },
      offerValidHours: kept?.offerValidHours ?? validForMs / hourMs,
    },
  };
};

/** What the agreements of a machine that hold on the day of an instant, at the service company, pay for a visit. */
export const coverNow = async (lookup: Lookup, machineId: string, atMs: number): Promise<Cover> => {
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  return coverOn(
    dayKeyOf(atMs, timeZone),
    await ownerIdOf(lookup, machineId, atMs),
    await lookup.by('warranty', 'machineId', machineId),
    await lookup.by('serviceContract', 'machineId', machineId),
  );
};

interface SetPrices {
  readonly organisationId: Id<'organisation'>;
  readonly actor: Actor;
  readonly seenVersion: number;
  /** What counts until now where nothing was set. */
  readonly configured: OfferTerms;
}

/**
 * Sets what is charged from now on; offers that were sent keep their price. Who changed what is kept.
 * @throws CONFLICT where somebody else set prices since they were seen
 */
export const setPrices = async (
  deps: { readonly clock: Pick<Clock, 'now'>; readonly random: Random },
  tx: RecordTransaction,
  { organisationId, actor: createdBy, seenVersion, configured }: SetPrices,
  given: Prices,
): Promise<void> => {
  const lookup = createLookup(tx, organisationId);
  const kept = await keptPrices(lookup);
  if ((kept?.version ?? 0) !== seenVersion)
    throw new AppError('CONFLICT', 'the prices were changed since you looked at them', { hint: 'look again' });
  const { prices: before } = await pricesNow(lookup, configured);
  const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
  const fields = names
    .filter((name) => before[name] !== given[name])
    .map((name) => ({ name, from: before[name], to: given[name] }));
  if (kept && fields.length === 0) return;
  const record = kept ?? { ...freshBase('priceList', origin), ...given };
  if (kept) await tx.update('priceList', { ...kept, ...given });
  else await tx.insert('priceList', record);
  await tx.insert('setUpChange', {
    ...freshBase('setUpChange', origin),
    ...{ subjectId: record.id, change: 'changed', fields },
  });
};
