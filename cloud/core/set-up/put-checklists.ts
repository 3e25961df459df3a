import { type ChecklistEdition, newestEdition } from '@kuluma/shared/model/checklists.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SetUpEntry } from '@kuluma/shared/model/views/set-up.ts';
import { referred } from './checks.ts';
import type { Put } from './put-people.ts';
import { sameJson, type World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

/** The questions that are in force. */
export const editionOf = (world: World, checklistId: string): ChecklistEdition | undefined =>
  newestEdition(world.where('checklistEdition', 'checklistId', checklistId));

/** Other questions are a new edition: what was answered at a machine stays beside the questions it was an answer to. */
export const putChecklist = (
  { world, origin, key }: Put,
  known: RecordOf<'checklist'> | undefined,
  { items, ...given }: SetUpEntry<'checklists'>,
): RecordOf<'checklist'> => {
  const twin = world.where('checklist', 'code', given.code).find(({ id }) => id !== known?.id);
  if (twin) throw new WrongEntry('code', 'taken', `another checklist has the code "${given.code}"`);
  if (given.machineModelId)
    referred(world, 'machineModel', given.machineModelId, 'machineModelId', known?.machineModelId ?? undefined);
  items.forEach(({ min, max }, at) => {
    if (min !== null && max !== null && min > max)
      throw new WrongEntry(`items/${at}/max`, 'backwards', 'the upper limit lies below the lower one');
  });
  const checklist = world.put('checklist', known, given, origin, key);
  const before = known && editionOf(world, known.id);
  if (!sameJson(before?.items, items))
    world.insert(
      'checklistEdition',
      { checklistId: checklist.id, edition: (before?.edition ?? 0) + 1, items },
      origin,
      before,
    );
  return checklist;
};
