import { asAppError, type Fault } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { totalOf } from '@kuluma/shared/model/money.ts';
import type { BusinessSystem } from '../channel-ports.ts';
import { enterFacts } from '../core/business/enter-facts.ts';
import type { BusinessFacts } from '../core/business/facts.ts';
import { invoiceLines } from '../core/business/invoice.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { createWorld, type Touched } from '../core/set-up/world.ts';
import type { RecordReader, Records } from '../ports.ts';
import { heldIn } from './import-records.ts';
import { companyZone, createLookup, needed } from './lookup.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { type SetUpDeps, writeTouched } from './write-touched.ts';

export interface BusinessPlace {
  readonly organisationId: Id<'organisation'>;
  readonly system: BusinessSystem;
  /** Where the stock of the ERP lies; undefined: stock is kept here alone. */
  readonly depotId: Id<'depot'> | undefined;
}

export interface BusinessExchange {
  readonly touched: readonly Touched[];
  readonly faults: readonly Fault[];
}

/** Whose visits' parts the ERP still counts as there. */
const unposted = async (reader: RecordReader, { organisationId }: BusinessPlace, facts: BusinessFacts) => {
  const waiting = await reader.list('invoice', organisationId, { where: { state: 'waiting' } });
  return [...facts.openInvoices, ...waiting.map(({ offerId }) => offerId)];
};

/** A draft that is none any more was posted there by a person. */
const settle = async (deps: Pick<PipelineDeps, 'records'>, { organisationId }: BusinessPlace, facts: BusinessFacts) =>
  deps.records.transact(async (tx) => {
    const open = new Set(facts.openInvoices);
    for (const invoice of await tx.list('invoice', organisationId, { where: { state: 'draft' } }))
      if (!open.has(invoice.offerId)) await tx.update('invoice', { ...invoice, state: 'posted' });
  });

/** Brings the records up to date with what the other system says. @param isTrial: nothing is written */
export const readBusiness = async (
  deps: SetUpDeps & { readonly records: Records },
  place: BusinessPlace,
  isTrial = false,
): Promise<BusinessExchange> => {
  const { organisationId, system, depotId } = place;
  const facts = await system.read();
  if (!isTrial && system.invoice) await settle(deps, place, facts);
  const actor = { kind: 'policy', name: system.system } as const;
  const work = async (reader: RecordReader) => {
    const held = await heldIn(reader, organisationId);
    const nowMs = deps.clock.now();
    const timeZone = await companyZone(reader, organisationId);
    const { random } = deps;
    const world = createWorld({ held, organisationId, system: system.system, actor, nowMs, timeZone, random });
    const openInvoices = await unposted(reader, place, facts);
    return { world, faults: enterFacts(world, { system: system.system, depotId }, { ...facts, openInvoices }) };
  };
  if (isTrial) {
    const { world, faults } = await work(deps.records);
    return { touched: world.touched(), faults };
  }
  return deps.records.transact(async (tx) => {
    const { world, faults } = await work(tx);
    const { touched } = await writeTouched(deps, tx, world, { organisationId, actor });
    return { touched, faults };
  });
};

/** Visits are invoiced soon after they were reported; older ones were looked at before. */
const newestOutcomes = 500;

/** Makes the invoice of each visit that was done since `sinceMs` and has none. @returns how many */
export const queueInvoices = async (
  { records, clock, random }: Pick<PipelineDeps, 'records' | 'clock' | 'random'>,
  { organisationId, system }: BusinessPlace,
  sinceMs: number,
): Promise<number> => {
  const outcomes = await records.list('outcome', organisationId, { newestFirst: true, limit: newestOutcomes });
  let made = 0;
  for (const { visitId, partsUsed, closedAtMs } of outcomes.filter((outcome) => outcome.closedAtMs >= sinceMs))
    await records.transact(async (tx) => {
      const { offerId } = needed(await tx.get('visit', organisationId, visitId), 'visit');
      const [known] = await tx.list('invoice', organisationId, { where: { offerId }, limit: 1 });
      if (known) return;
      const offer = needed(await tx.get('offer', organisationId, offerId), 'offer');
      const parts = await Promise.all(
        partsUsed.map(async ({ partId }) => needed(await tx.get('part', organisationId, partId), 'part')),
      );
      const lines = invoiceLines(offer, { partsUsed }, parts);
      const createdBy = { kind: 'policy', name: system.system } as const;
      await tx.insert('invoice', {
        ...freshBase('invoice', { organisationId, createdBy, nowMs: clock.now(), random }),
        ...{ offerId, visitId, ownerId: offer.ownerId, doneAtMs: closedAtMs, lines, total: totalOf(lines) },
        ...{ state: 'waiting', reference: null, reason: null },
      });
      made++;
    });
  return made;
};

type End = Pick<RecordOf<'invoice'>, 'state' | 'reference' | 'reason'>;

/** Hands the waiting invoices over as drafts. @returns how many drafts stand there now that did not before */
export const sendInvoices = async (
  deps: Pick<PipelineDeps, 'records' | 'log'>,
  { organisationId, system }: BusinessPlace,
): Promise<number> => {
  const { records, log } = deps;
  if (!system.invoice) return 0;
  const lookup = createLookup(records, organisationId);
  const timeZone = await companyZone(records, organisationId);
  let sent = 0;
  for (const invoice of await records.list('invoice', organisationId, { where: { state: 'waiting' } })) {
    const { offerId: key, ownerId, doneAtMs, lines } = invoice;
    const owner = needed(await lookup.get('owner', ownerId), 'owner');
    const customerKey = owner.externalIds.find((external) => external.system === system.system)?.value;
    const end = async (): Promise<End> => {
      // The next reading of its customers may bring it.
      if (customerKey === undefined) return { state: 'waiting', reference: null, reason: 'NO_CUSTOMER' };
      if (lines.length === 0) return { state: 'posted', reference: null, reason: 'NOTHING_TO_CHARGE' };
      try {
        const doneOn = localDayOf(doneAtMs, timeZone);
        const reference = await system.invoice?.({ key, customerKey, doneOn, lines });
        return { state: 'draft', reference: reference ?? null, reason: null };
      } catch (error) {
        const { code, retry, message, hint } = asAppError(error);
        log.warn({ invoiceId: invoice.id, code, reason: message, hint }, 'an invoice was not taken');
        return { state: retry === 'permanent' ? 'refused' : 'waiting', reference: null, reason: code };
      }
    };
    const next = await end();
    if (next.state === 'draft') sent++;
    if (next.state !== invoice.state || next.reason !== invoice.reason)
      await records.transact(async (tx) => void (await tx.update('invoice', { ...invoice, ...next })));
  }
  return sent;
};
