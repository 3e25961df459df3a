import type { Id } from '@kuluma/shared/model/base.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type CalendarEntry, calendarFeed } from '../../core/visits/calendar-entry.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { componentTypeOf } from './machine-head.ts';

/** What is over stays in a calendar for a while, so that hours can be looked up. */
const keptMs = 30 * dayMs;

/** The visits of a technician, as the first or the second, for a calendar: which machine, where, from when to when. */
export const calendarFeedOf = async (
  lookup: Lookup,
  technicianId: Id<'technician'>,
  nowMs: number,
): Promise<string> => {
  const technician = needed(await lookup.get('technician', technicianId), 'technician');
  const person = needed(await lookup.get('person', technician.personId), 'person');
  const { name } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const visits = [
    ...(await lookup.by('visit', 'technicianId', technicianId)),
    ...(await lookup.by('visit', 'secondTechnicianId', technicianId)),
  ].filter(({ slot }) => slot.endMs > nowMs - keptMs);
  const entries: CalendarEntry[] = [];
  for (const { id, version, slot, state, machineId, siteId, recommendationId } of visits) {
    const machine = needed(await lookup.get('machine', machineId), 'machine');
    const site = needed(await lookup.get('site', siteId), 'site');
    const recommendation = needed(await lookup.get('recommendation', recommendationId), 'recommendation');
    const component = await componentTypeOf(lookup, recommendation.componentId);
    entries.push({
      uid: id,
      sequence: version,
      madeAtMs: nowMs,
      startMs: slot.startMs,
      endMs: slot.endMs,
      summary: [machine.tag, component.name[person.language], site.name].join(' · '),
      place: [site.streetAddress, site.municipality].join(', '),
      isCancelled: state === 'cancelled',
    });
  }
  return calendarFeed(`${name}: ${person.name}`, entries);
};
