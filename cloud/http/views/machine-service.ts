import { latestOf } from '@kuluma/shared/model/agreements.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { messageClasses } from '@kuluma/shared/model/parties.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { MachineServiceView, MachineVisitView } from '@kuluma/shared/model/views/machine-service.ts';
import { legalBasisOf, runsAt } from '../../core/offers/legal-basis.ts';
import { stands } from '../../core/set-up/missing.ts';
import { entryOfContract, entryOfWarranty } from '../../core/set-up/put-agreements.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { installedComponents, machineModelOf, ownerIdOf, partsListOf } from '../../pipelines/machine-facts.ts';
import { teamNameOf } from '../../pipelines/technician-names.ts';
import { partNeedsOf } from './decision.ts';

const periodOf = ({ fromMs, toMs }: RecordOf<'machineOwnership'>['period']) => ({
  fromAt: isoOf(fromMs),
  toAt: toMs === null ? null : isoOf(toMs),
});

const foundOf = async (lookup: Lookup, visitId: string): Promise<MachineVisitView['found']> => {
  const outcome = (await lookup.by('outcome', 'visitId', visitId)).at(-1);
  if (!outcome) return null;
  const { findingVerdict, finding, minutes, componentReplaced, partsUsed } = outcome;
  const parts = partsUsed
    .filter(({ quantity }) => quantity > 0)
    .map(async ({ partId, quantity }) => ({ name: needed(await lookup.get('part', partId), 'part').name, quantity }));
  return { verdict: findingVerdict, text: finding, minutes, componentReplaced, parts: await Promise.all(parts) };
};

const visitsOf = async (lookup: Lookup, machineId: string): Promise<MachineVisitView[]> => {
  const visits = [...(await lookup.by('visit', 'machineId', machineId))];
  visits.sort((a, b) => b.slot.startMs - a.slot.startMs);
  return Promise.all(
    visits.map(async ({ id, state, slot, recommendationId }) => {
      const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
      return {
        visitId: id,
        state,
        startAt: isoOf(slot.startMs),
        technicianName: await teamNameOf(lookup, slot),
        action: recommendation.action,
        // As it was when the visit was decided: the model may have changed since.
        componentName: recommendation.inputs.componentType.name,
        recommendationId,
        found: await foundOf(lookup, id),
      };
    }),
  );
};

const ownersOf = async (lookup: Lookup, machineId: string): Promise<MachineServiceView['owners']> => {
  const ownerships = [...(await lookup.by('machineOwnership', 'machineId', machineId))];
  ownerships.sort((a, b) => b.period.fromMs - a.period.fromMs);
  return Promise.all(
    ownerships.map(async ({ ownerId, period }) => ({
      ownerId,
      name: needed(await lookup.get('owner', ownerId), 'owner').name,
      ...periodOf(period),
    })),
  );
};

const contactsOf = async (lookup: Lookup, ownerId: string, nowMs: number): Promise<MachineServiceView['contacts']> => {
  const contacts = (await lookup.by('contact', 'ownerId', ownerId)).filter(stands);
  return Promise.all(
    contacts.map(async ({ id, name, email, phone, contactRoles }) => {
      const consents = await lookup.by('consent', 'contactId', id);
      const allows = messageClasses.flatMap((messageClass) => {
        const legalBasis = legalBasisOf(consents, id, messageClass, nowMs);
        return legalBasis ? [{ messageClass, legalBasis }] : [];
      });
      return { contactId: id, name, email, phone, roles: contactRoles, allows };
    }),
  );
};

const licenceOf = async (
  lookup: Lookup,
  ownerId: string,
  nowMs: number,
): Promise<MachineServiceView['dataLicence']> => {
  const licence = (await lookup.by('dataLicence', 'ownerId', ownerId)).find(({ period }) => runsAt(period, nowMs));
  return licence ? { purposes: licence.purposes, ...periodOf(licence.period) } : null;
};

/** Visits, parts and agreements of a machine, for the service company. */
export const machineServiceOf = async (
  lookup: Lookup,
  machineId: string,
  nowMs: number,
): Promise<MachineServiceView> => {
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  const ownerId = await ownerIdOf(lookup, machineId, nowMs);
  const { componentTypes } = await machineModelOf(lookup, machineId);
  const contracts = await lookup.by('serviceContract', 'machineId', machineId);
  const installed = await installedComponents(lookup, machineId, nowMs);
  return {
    visits: await visitsOf(lookup, machineId),
    parts: await Promise.all(
      componentTypes.map(async (type) => ({
        componentCode: type.code,
        componentName: type.name,
        needs: await partNeedsOf(lookup, await partsListOf(lookup, type)),
        installedBatch: installed.find(({ componentCode }) => componentCode === type.code)?.batch ?? null,
      })),
    ),
    commissionedAt: isoOf(machine.commissionedAtMs),
    owners: await ownersOf(lookup, machineId),
    contacts: ownerId ? await contactsOf(lookup, ownerId, nowMs) : [],
    warranty: entryOfWarranty(latestOf(await lookup.by('warranty', 'machineId', machineId))) ?? null,
    contract: entryOfContract(latestOf(contracts.filter((one) => one.ownerId === ownerId))) ?? null,
    dataLicence: ownerId ? await licenceOf(lookup, ownerId, nowMs) : null,
  };
};
