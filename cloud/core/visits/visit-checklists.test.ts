import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { Checklist, ChecklistEdition } from '@kuluma/shared/model/checklists.ts';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { describe, expect, it } from 'vitest';
import { checklistsOf } from './visit-checklists.ts';

const random = seededRandom(5);
const organisationId = newId('organisation', random);
const createdBy = { kind: 'person', personId: newId('person', random) } as const;
const origin = { organisationId, createdBy, nowMs: 0, random };
const text = { fi: 'a', sv: 'a', en: 'a' };
const machineModelId = newId('machineModel', random);
const visit = { machineModelId, failureModeCode: 'VIB' };
const listOf = (about: Partial<Checklist>): Checklist => ({
  ...freshBase('checklist', origin),
  ...{ code: 'c', name: text, machineModelId: null, failureModeCode: null },
  ...about,
});
const editionOf = (checklist: Checklist, edition: number): ChecklistEdition => ({
  ...freshBase('checklistEdition', origin),
  checklistId: checklist.id,
  edition,
  items: [{ kind: 'yesNo', label: text, unit: '', min: null, max: null, photo: false }],
});
const answered = (...editions: ChecklistEdition[]) =>
  mergedWork(
    editions.map(({ id }) => ({
      entryId: newId('visitEntry', random),
      value: { kind: 'check', editionId: id, item: 0, answer: true, note: '' },
      replaces: [],
    })),
  );

describe('the checklists of a visit', () => {
  it('are those about its machine model and failure mode, in the newest edition', () => {
    const lists = [
      listOf({}),
      listOf({ machineModelId }),
      listOf({ machineModelId: newId('machineModel', random) }),
      listOf({ failureModeCode: 'VIB' }),
      listOf({ failureModeCode: 'OHE' }),
      listOf({ endedAtMs: 1 }),
    ];
    const editions = lists.flatMap((list) => [editionOf(list, 2), editionOf(list, 1)]);
    const shown = checklistsOf(lists, editions, visit, answered()).map(({ editionId }) => editionId);
    expect(shown).toEqual([0, 1, 3].map((at) => editions[at * 2]?.id));
    const look = { ...visit, failureModeCode: null };
    const ofLook = checklistsOf(lists, editions, look, answered()).map(({ editionId }) => editionId);
    expect(ofLook).toEqual([0, 1].map((at) => editions[at * 2]?.id));
  });

  it('stay in the edition that was answered, also when the checklist has ended since', () => {
    const list = listOf({});
    const editions = [editionOf(list, 1), editionOf(list, 2), editionOf(list, 3)];
    const [first, second] = editions;
    if (!first || !second) throw new Error('there are three');
    const shown = (checklist: Checklist, ...of: ChecklistEdition[]) =>
      checklistsOf([checklist], editions, visit, answered(...of)).map(({ editionId }) => editionId);
    expect(shown(list, first)).toEqual([first.id]);
    expect(shown({ ...list, endedAtMs: 1 }, first, second)).toEqual([second.id]);
  });
});
