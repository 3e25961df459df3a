import { type Checklist, type ChecklistEdition, newestEdition } from '@kuluma/shared/model/checklists.ts';
import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VisitChecklist } from '@kuluma/shared/model/views/visit.ts';

type Work = ReadonlyMap<string, WorkField>;

/** What decides which checklists are about a visit. */
interface CheckedVisit {
  readonly machineModelId: string;
  /** Null for a look: it is asked what every visit to the machine is asked. */
  readonly failureModeCode: string | null;
}

const isAbout = ({ machineModelId, failureModeCode, endedAtMs }: Checklist, visit: CheckedVisit): boolean =>
  endedAtMs === undefined &&
  (machineModelId === null || machineModelId === visit.machineModelId) &&
  (failureModeCode === null || failureModeCode === visit.failureModeCode);

/**
 * The checklists of a visit: those that are about it as they stand, and each that was answered in the edition that was
 * answered, whatever became of it since. Two phones may have answered different editions: the later one holds.
 */
export const checklistsOf = (
  checklists: readonly Checklist[],
  editions: readonly ChecklistEdition[],
  visit: CheckedVisit,
  work: Work,
): VisitChecklist[] => {
  const answered = new Set(
    [...work.values()].flatMap(({ value }) => (value.kind === 'check' ? [value.editionId] : [])),
  );
  return checklists.flatMap((checklist) => {
    const own = editions.filter(({ checklistId }) => checklistId === checklist.id);
    const frozen = newestEdition(own.filter(({ id }) => answered.has(id)));
    const edition = frozen ?? (isAbout(checklist, visit) ? newestEdition(own) : undefined);
    return edition ? [{ editionId: edition.id, name: checklist.name, items: edition.items }] : [];
  });
};
