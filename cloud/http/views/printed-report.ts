import { createHash } from 'node:crypto';
import type { Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type PrintedReport, printedReport } from '../../core/visits/printed-report.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { teamNameOf } from '../../pipelines/technician-names.ts';
import { visitChecklistsOf } from '../../pipelines/visit-work.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

/**
 * The report of a visit that is done.
 * @param language of who reads it; without it that of the contact who agreed to the visit
 */
export const printedReportOf = async (
  lookup: Lookup,
  visit: RecordOf<'visit'>,
  language?: Language,
): Promise<PrintedReport> => {
  const { machineId, recommendationId, slot } = visit;
  const outcome = needed((await lookup.by('outcome', 'visitId', visit.id))[0], 'outcome');
  const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
  const offer = needed(await lookup.get('offer', visit.offerId), 'offer');
  const site = needed(await lookup.get('site', visit.siteId), 'site');
  const entries = await lookup.by('visitEntry', 'visitId', visit.id);
  const parts = await Promise.all(
    outcome.partsUsed.map(async ({ partId }) => [partId, needed(await lookup.get('part', partId), 'part')] as const),
  );
  return printedReport({
    language: language ?? (await lookup.get('contact', offer.contactId))?.language ?? 'fi',
    company: needed(await lookup.get('organisation', lookup.organisationId), 'organisation').name,
    visitId: visit.id,
    machine: await machineHeadOf(lookup, machineId, slot.startMs),
    site: [site.name, site.streetAddress, site.municipality].join(', '),
    technicianName: await teamNameOf(lookup, slot),
    componentName: (await componentTypeOf(lookup, recommendation.componentId)).name,
    startMs: slot.startMs,
    timeZone: site.access.timeZone,
    outcome,
    parts: new Map(parts),
    work: entries.map((entry) => ({ ...entry, entryId: entry.id })),
    checklists: await visitChecklistsOf(lookup, visit),
    workHash: createHash('sha256')
      .update(JSON.stringify(entries.map(({ id, value, actedAtMs }) => [id, value, actedAtMs])))
      .digest('hex'),
  });
};
