import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { DayView, FollowUpView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import { localDayOf } from '../../core/calendar/local-time.ts';
import { stockLevels } from '../../core/planning/parts.ts';
import { failureModeSaid } from '../../core/recommendations/inspect-change.ts';
import { stands } from '../../core/set-up/missing.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { technicianNameOf } from '../../pipelines/technician-names.ts';
import { statedOf, visitChecklistsOf } from '../../pipelines/visit-work.ts';
import { machineCasesOf } from './case.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';
import { askedPartsOf, awaitedPartsOf } from './part-requests.ts';
import { depotNameOf } from './slot-view.ts';

type Visit = RecordOf<'visit'>;

const partsOf = async (lookup: Lookup, visit: Visit): Promise<VisitView['parts']> =>
  Promise.all(
    visit.slot.parts.map(async ({ partId, quantity, from }) => {
      const { number, name } = needed(await lookup.get('part', partId), 'part');
      return { partId, number, name, quantity, from };
    }),
  );

/** Whom to call at the site: the contact who hosts, else the one who accepted. */
const contactOf = async (lookup: Lookup, visit: Visit): Promise<VisitView['contact']> => {
  const offer = needed(await lookup.get('offer', visit.offerId), 'offer');
  const hosts = (await lookup.by('contact', 'ownerId', offer.ownerId)).filter(stands);
  const contact =
    hosts.find(({ contactRoles }) => contactRoles.includes('host')) ?? (await lookup.get('contact', offer.contactId));
  return contact ? { name: contact.name, phone: contact.phone } : null;
};

/** Who comes along with a technician, and the way of that technician. */
const teamOf = async (lookup: Lookup, { technicianId, slot }: Visit, reader: string) => {
  const { second } = slot;
  const isSecond = second?.technicianId === reader;
  const other = isSecond ? technicianId : second?.technicianId;
  const { travelKm, travelMin } = isSecond ? second : slot;
  return { travelKm, travelMin, companionName: other === undefined ? null : await technicianNameOf(lookup, other) };
};

/** @param reader the technician who looks at it */
export const visitViewOf = async (
  lookup: Lookup,
  visit: Visit,
  reader: Id<'technician'>,
  nowMs: number,
): Promise<VisitView> => {
  const recommendation = needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation');
  const type = await componentTypeOf(lookup, recommendation.componentId);
  const site = needed(await lookup.get('site', visit.siteId), 'site');
  const { slot } = visit;
  return {
    visitId: visit.id,
    version: visit.version,
    state: visit.state,
    onDay: localDayOf(slot.startMs, site.access.timeZone),
    machine: await machineHeadOf(lookup, visit.machineId, nowMs),
    componentCode: type.code,
    componentName: type.name,
    action: recommendation.action,
    failureModeCode: failureModeSaid(recommendation),
    drivers: recommendation.drivers,
    startAt: isoOf(slot.startMs),
    endAt: isoOf(slot.endMs),
    arrivalFromAt: isoOf(slot.arrivalFromMs),
    arrivalToAt: isoOf(slot.arrivalToMs),
    ...(await teamOf(lookup, visit, reader)),
    viaDepotName: await depotNameOf(lookup, slot),
    parts: await partsOf(lookup, visit),
    contact: await contactOf(lookup, visit),
    checklists: await visitChecklistsOf(lookup, visit),
    work: await statedOf(lookup, visit.id),
    followUps: (await lookup.by('followUp', 'visitId', visit.id)).map(({ kind, text, state }) => ({
      kind,
      text,
      state,
    })),
    askedParts: await askedPartsOf(lookup, visit.id),
    cases: await machineCasesOf(lookup, visit.machineId),
  };
};

/** What the field needs of the planner, oldest first. */
export const followUpViewOf = async (
  lookup: Lookup,
  { id, version, kind, text, atMs, visitId, machineId }: RecordOf<'followUp'>,
  nowMs: number,
): Promise<FollowUpView> => {
  const visit = needed(await lookup.get('visit', visitId), 'visit');
  return {
    followUpId: id,
    version,
    kind,
    text,
    at: isoOf(atMs),
    technicianName: await technicianNameOf(lookup, visit.technicianId),
    machine: await machineHeadOf(lookup, machineId, nowMs),
  };
};

/** What lies in a van and is kept for no visit, by the parts' numbers; with none left, what the visits used beyond their plans. */
const vanOf = async (
  lookup: Lookup,
  technicianId: Id<'technician'>,
  visits: readonly VisitView[],
): Promise<NonNullable<DayView['van']>> => {
  const levels = stockLevels(await lookup.by('stockMovement', 'place', technicianId));
  const left = new Map(levels.map(({ partId, quantity }) => [partId, Math.max(0, quantity)]));
  const used = visits.flatMap(({ work }) => work.flatMap(({ value }) => (value.kind === 'part' ? [value.partId] : [])));
  const named = new Set([...used, ...[...left.keys()].filter((partId) => left.get(partId))]);
  const parts = await Promise.all(
    [...named].map(async (partId) => {
      const part = await lookup.get('part', partId);
      return part ? [{ partId, number: part.number, name: part.name, quantity: left.get(partId) ?? 0 }] : [];
    }),
  );
  return parts.flat().sort((a, b) => a.number.localeCompare(b.number));
};

/** The technician's visits from today on, and those of earlier days that were not reported yet; by start. */
export const dayViewOf = async (lookup: Lookup, technicianId: Id<'technician'>, nowMs: number): Promise<DayView> => {
  const technician = needed(await lookup.get('technician', technicianId), 'technician');
  const { timeZone } = technician.working;
  const today = localDayOf(nowMs, timeZone);
  const own = await lookup.by('visit', 'technicianId', technicianId);
  const shown = [...own, ...(await lookup.by('visit', 'secondTechnicianId', technicianId))].filter(
    ({ slot, state }) => state !== 'cancelled' && (state !== 'done' || localDayOf(slot.startMs, timeZone) >= today),
  );
  const visits: VisitView[] = [];
  for (const visit of shown.sort((a, b) => a.slot.startMs - b.slot.startMs))
    visits.push(await visitViewOf(lookup, visit, technicianId, nowMs));
  return {
    technicianName: await technicianNameOf(lookup, technicianId),
    today,
    timeZone,
    visits,
    askedParts: await awaitedPartsOf(lookup, technicianId, nowMs),
    van: await vanOf(lookup, technicianId, visits),
  };
};
