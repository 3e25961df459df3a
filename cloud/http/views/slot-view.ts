import type { Slot } from '@kuluma/shared/model/service.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ReasonView, SlotView } from '@kuluma/shared/model/views/decision.ts';
import type { OtherTime } from '../../core/messages/offer-page/change-forms.ts';
import type { PlanReason } from '../../core/planning/proposal/why-not.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { teamNameOf, technicianNameOf } from '../../pipelines/technician-names.ts';

export const depotNameOf = async (lookup: Lookup, slot: Slot): Promise<string | null> =>
  slot.viaDepotId ? needed(await lookup.get('depot', slot.viaDepotId), 'depot').name : null;

export const slotViewOf = async (lookup: Lookup, slot: Slot): Promise<SlotView> => ({
  slotId: slot.id,
  technicianName: await technicianNameOf(lookup, slot.technicianId),
  secondTechnicianName: slot.second ? await technicianNameOf(lookup, slot.second.technicianId) : null,
  startAt: isoOf(slot.startMs),
  endAt: isoOf(slot.endMs),
  arrivalFromAt: isoOf(slot.arrivalFromMs),
  arrivalToAt: isoOf(slot.arrivalToMs),
  // Of all who come.
  travelKm: slot.travelKm + (slot.second?.travelKm ?? 0),
  travelMin: slot.travelMin + (slot.second?.travelMin ?? 0),
  viaDepotName: await depotNameOf(lookup, slot),
  costCents: slot.costCents,
  costTerms: slot.costTerms,
});

/** Times as an owner chooses among them. */
export const otherTimeViews = (lookup: Lookup, slots: readonly Slot[]): Promise<OtherTime[]> =>
  Promise.all(
    slots.map(async (slot) => ({
      technicianId: slot.technicianId,
      startAt: isoOf(slot.startMs),
      arrivalFromAt: isoOf(slot.arrivalFromMs),
      arrivalToAt: isoOf(slot.arrivalToMs),
      technicianName: await teamNameOf(lookup, slot),
    })),
  );

/** Facts for people: instants as ISO 8601 under `...At`. */
const factsOf = (facts: PlanReason['facts']): ReasonView['facts'] =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) =>
      name.endsWith('Ms') && typeof value === 'number' ? [`${name.slice(0, -2)}At`, isoOf(value)] : [name, value],
    ),
  );

export const reasonViewOf = async (lookup: Lookup, reason: PlanReason): Promise<ReasonView> => ({
  technicianName: reason.technicianId ? await technicianNameOf(lookup, reason.technicianId) : null,
  onDay: reason.onDay,
  code: reason.code,
  facts: factsOf(reason.facts),
});
