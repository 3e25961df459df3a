import { latestOf } from '@kuluma/shared/model/agreements.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { grossCentsOf } from '@kuluma/shared/model/money.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type {
  OwnerAgreements,
  OwnerCaseRow,
  OwnerContractRow,
  OwnerMachine,
  OwnerMachineRow,
  OwnerMachines,
  OwnerOfferRow,
} from '@kuluma/shared/model/views/owner-machines.ts';
import { runsAt } from '../../core/offers/legal-basis.ts';
import { stands } from '../../core/set-up/missing.ts';
import { entryOfContract, entryOfWarranty } from '../../core/set-up/put-agreements.ts';
import { documentsOf, machinePictureOf } from '../../pipelines/documents.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { installedComponents, lastForecastOf } from '../../pipelines/machine-facts.ts';
import { teamNameOf } from '../../pipelines/technician-names.ts';
import { gradeRank } from './fleet.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

/** A grade that rests on older data is none: nobody knows how the machine has fared since. */
const staleMs = 7 * dayMs;

interface Known {
  readonly componentId: Id<'component'>;
  readonly healthGrade: HealthGrade;
  readonly atMs: number | null;
}

const knownOf = async (lookup: Lookup, machineId: string, nowMs: number): Promise<Known[]> =>
  Promise.all(
    (await installedComponents(lookup, machineId, nowMs)).map(async ({ id }) => {
      const forecast = await lastForecastOf(lookup, id);
      const isFresh = forecast !== undefined && nowMs - forecast.dataUntilMs < staleMs;
      return {
        componentId: id,
        healthGrade: isFresh ? forecast.healthGrade : 'unknown',
        atMs: forecast?.forecastAtMs ?? null,
      };
    }),
  );

const rowOf = async (
  lookup: Lookup,
  machineId: string,
  known: readonly Known[],
  nowMs: number,
): Promise<OwnerMachineRow> => {
  const worst = known.toSorted((a, b) => gradeRank[a.healthGrade] - gradeRank[b.healthGrade])[0];
  return {
    machine: await machineHeadOf(lookup, machineId, nowMs),
    healthGrade: worst?.healthGrade ?? 'unknown',
    knownAt: worst?.atMs ? isoOf(worst.atMs) : null,
  };
};

const casesOf = async (lookup: Lookup, cases: readonly RecordOf<'case'>[]): Promise<OwnerCaseRow[]> =>
  Promise.all(
    cases.map(async ({ id, origin, machineId, turn }) => ({
      caseId: id,
      origin,
      machineTag: machineId ? needed(await lookup.get('machine', machineId), 'machine').tag : null,
      turn,
    })),
  );

const openOffers = async (lookup: Lookup, ownerId: string, contactId: string): Promise<OwnerOfferRow[]> => {
  const offers = (await lookup.by('offer', 'ownerId', ownerId)).filter(
    (offer) => offer.state === 'sent' && offer.contactId === contactId,
  );
  return Promise.all(
    offers.map(async ({ id, machineId, recommendationId, createdAtMs, total }) => {
      const { action, componentId } = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
      return {
        offerId: id,
        machine: await machineHeadOf(lookup, machineId, createdAtMs),
        componentName: (await componentTypeOf(lookup, componentId)).name,
        action,
        grossCents: total.grossCents,
      };
    }),
  );
};

const openContracts = async (lookup: Lookup, ownerId: string, contactId: string): Promise<OwnerContractRow[]> => {
  const offers = (await lookup.by('contractOffer', 'ownerId', ownerId)).filter(
    (offer) => offer.state === 'sent' && offer.contactId === contactId,
  );
  return Promise.all(
    offers.map(async ({ id, machineId, monthlyCents, vatRatePermille }) => ({
      contractOfferId: id,
      machineTag: needed(await lookup.get('machine', machineId), 'machine').tag,
      monthlyGrossCents: grossCentsOf(monthlyCents, vatRatePermille),
    })),
  );
};

/** The machines that are an owner's now, the one that needs most first; and what waits for a contact of theirs. */
export const ownerMachinesOf = async (
  lookup: Lookup,
  { ownerId, contactId }: { readonly ownerId: string; readonly contactId: string },
  nowMs: number,
): Promise<OwnerMachines> => {
  const ownerships = (await lookup.by('machineOwnership', 'ownerId', ownerId)).filter(({ period }) =>
    runsAt(period, nowMs),
  );
  const machines: OwnerMachineRow[] = [];
  for (const { machineId } of ownerships) {
    if (!stands(needed(await lookup.get('machine', machineId), 'machine'))) continue;
    machines.push(await rowOf(lookup, machineId, await knownOf(lookup, machineId, nowMs), nowMs));
  }
  const cases = (await lookup.by('case', 'ownerId', ownerId)).filter(({ state }) => state === 'open');
  return {
    machines: machines.sort(
      (a, b) => gradeRank[a.healthGrade] - gradeRank[b.healthGrade] || a.machine.tag.localeCompare(b.machine.tag, 'fi'),
    ),
    offers: await openOffers(lookup, ownerId, contactId),
    contracts: await openContracts(lookup, ownerId, contactId),
    cases: await casesOf(lookup, cases),
  };
};

const componentNameOf = async (lookup: Lookup, recommendationId: string) => {
  const { componentId } = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
  return (await componentTypeOf(lookup, componentId)).name;
};

const isComing = ({ state }: RecordOf<'visit'>): boolean =>
  state === 'booked' || state === 'onTheWay' || state === 'working';

/** What is agreed for a machine as its owner reads it: with VAT, and no contract of an owner before. */
const agreementsOf = async (
  lookup: Lookup,
  of: { readonly machineId: Id<'machine'>; readonly ownerId: string; readonly vatRatePermille: number },
  nowMs: number,
): Promise<OwnerAgreements> => {
  const { machineId, ownerId, vatRatePermille } = of;
  const warranty = entryOfWarranty(latestOf(await lookup.by('warranty', 'machineId', machineId)));
  const contracts = await lookup.by('serviceContract', 'machineId', machineId);
  const contract = entryOfContract(latestOf(contracts.filter((one) => one.ownerId === ownerId)));
  const gross = (netCents: number) => grossCentsOf(netCents, vatRatePermille);
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  return {
    warranty: warranty ?? null,
    contract: contract
      ? {
          ...contract,
          monthlyGrossCents: gross(contract.monthlyCents),
          visitGrossCents: gross(contract.visitCents),
        }
      : null,
    today: dayKeyOf(nowMs, timeZone),
  };
};

/** One machine for an owner who may see it. @param isOwn whether something of an instant is theirs to see */
export const ownerMachineOf = async (
  lookup: Lookup,
  {
    machineId,
    ownerId,
    vatRatePermille,
  }: { readonly machineId: Id<'machine'>; readonly ownerId: string; readonly vatRatePermille: number },
  isOwn: (atMs: number) => boolean,
  nowMs: number,
): Promise<OwnerMachine> => {
  const known = await knownOf(lookup, machineId, nowMs);
  const visits = (await lookup.by('visit', 'machineId', machineId)).filter(({ createdAtMs }) => isOwn(createdAtMs));
  const outcomes: { visit: RecordOf<'visit'>; outcome: RecordOf<'outcome'> }[] = [];
  for (const visit of visits)
    for (const outcome of await lookup.by('outcome', 'visitId', visit.id)) outcomes.push({ visit, outcome });
  const cases = (await lookup.by('case', 'machineId', machineId)).filter(
    (subject) => subject.ownerId === ownerId && subject.state === 'open',
  );
  const documents = await documentsOf(lookup, { machineId, componentCode: null, forOwner: true }, nowMs);
  const picture = await machinePictureOf(lookup, machineId, nowMs);
  return {
    ...(await rowOf(lookup, machineId, known, nowMs)),
    components: await Promise.all(
      known.map(async ({ componentId, healthGrade }) => ({
        name: (await componentTypeOf(lookup, componentId)).name,
        healthGrade,
      })),
    ),
    visits: await Promise.all(
      visits
        .filter(isComing)
        .sort((a, b) => a.slot.startMs - b.slot.startMs)
        .map(async ({ offerId, state, slot, recommendationId }) => ({
          offerId,
          state,
          arrivalFromAt: isoOf(slot.arrivalFromMs),
          arrivalToAt: isoOf(slot.arrivalToMs),
          technicianName: await teamNameOf(lookup, slot),
          componentName: await componentNameOf(lookup, recommendationId),
        })),
    ),
    agreements: await agreementsOf(lookup, { machineId, ownerId, vatRatePermille }, nowMs),
    history: await Promise.all(
      outcomes
        .sort((a, b) => b.outcome.closedAtMs - a.outcome.closedAtMs)
        .map(async ({ visit, outcome }) => ({
          offerId: visit.offerId,
          closedAt: isoOf(outcome.closedAtMs),
          componentName: await componentNameOf(lookup, visit.recommendationId),
          findingVerdict: outcome.findingVerdict,
          finding: outcome.finding,
          isReplaced: outcome.componentReplaced,
        })),
    ),
    cases: await casesOf(lookup, cases),
    picture: picture ? { fileId: picture.id, width: picture.width, height: picture.height } : null,
    documents: documents.filter(({ fileId }) => fileId !== picture?.id),
  };
};
