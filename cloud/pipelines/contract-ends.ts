import type { Id } from '@kuluma/shared/model/base.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import { endsSoon } from '../core/offers/contract-offers.ts';
import { legalBasisOf } from '../core/offers/legal-basis.ts';
import { companyZone, createLookup, type Lookup, needed } from './lookup.ts';
import { approverOf, machineModelOf, ownerIdOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { queueContractEnd } from './queue-message.ts';

type Deps = Pick<PipelineDeps, 'records' | 'clock' | 'random'> & { readonly messageRules: MessageRules };

/** So many days before its end an owner hears of it, where the model has no contract that says otherwise. */
const usualNoticeDays = 90;

/** Who is to hear now that a contract ends, and on which basis; undefined where nobody is. */
const endIsDue = async (
  lookup: Lookup,
  contractId: Id<'serviceContract'>,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): Promise<Pick<RecordOf<'message'>, 'contactId' | 'legalBasis'> | undefined> => {
  const contract = needed(await lookup.get('serviceContract', contractId), 'service contract');
  const { machineId, ownerId } = contract;
  const { contractPlan } = await machineModelOf(lookup, machineId);
  const at = { today: dayKeyOf(nowMs, timeZone), leadDays: contractPlan?.leadDays ?? usualNoticeDays };
  if (!endsSoon(contract, await lookup.by('serviceContract', 'machineId', machineId), at)) return undefined;
  const isTheirs = (await ownerIdOf(lookup, machineId, nowMs)) === ownerId;
  const contact = isTheirs ? await approverOf(lookup, ownerId) : undefined;
  if (!contact) return undefined;
  const told = await lookup.by('message', 'contactId', contact.id);
  if (told.some(({ serviceContractId }) => serviceContractId === contractId)) return undefined;
  const consents = await lookup.by('consent', 'contactId', contact.id);
  const legalBasis = legalBasisOf(consents, contact.id, 'serviceNotice', nowMs);
  return legalBasis && { contactId: contact.id, legalBasis };
};

/** Tells owners once that a contract of theirs ends and none follows. @returns how many were told */
export const tellContractEnds = async (
  { records, clock, random, messageRules }: Deps,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const nowMs = clock.now();
  const at = { timeZone: await companyZone(records, organisationId), nowMs };
  const createdBy = { kind: 'policy', name: 'contract-ends' } as const;
  const lookup = createLookup(records, organisationId);
  let told = 0;
  for (const { id, untilOn } of await lookup.list('serviceContract'))
    if (untilOn !== null && (await endIsDue(lookup, id, at)))
      told += await records.transact(async (tx) => {
        // Anew, so that two processes tell it once.
        const due = await endIsDue(createLookup(tx, organisationId), id, at);
        if (!due) return 0;
        const origin = { organisationId, createdBy, nowMs, random };
        await queueContractEnd(tx, messageRules, origin, { ...due, serviceContractId: id });
        return 1;
      });
  return told;
};
