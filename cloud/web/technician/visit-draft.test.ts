import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { VisitReportCommand } from '@kuluma/shared/model/views/commands.ts';
import { visitSteps, type WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../fixtures/world.ts';
import { dayGroups } from './day-groups.ts';
import { freshDraft, reportOf, unfinishedReportOf, valuesOf, withVerdict } from './visit-draft.ts';

const { day } = createWorld(Date.UTC(2026, 10, 22, 9, 30));
const [booked] = day.visits;
if (!booked) throw new Error('the world has no visit');
const visit = { ...booked, checklists: [] };

const random = seededRandom(4);
const planned = { ...visit, action: 'replace' as const };
const workOf = (values: readonly WorkValue[]) =>
  mergedWork(values.map((value) => ({ entryId: newId('visitEntry', random), value, replaces: [] })));
const nothing = workOf([]);

describe('what the technician fills in', () => {
  const fresh = freshDraft(planned, nothing);

  it('states nothing of what was found before a verdict is chosen', () => {
    expect(valuesOf('find', fresh, nothing, visit)).toEqual([]);
    expect(reportOf(fresh, nothing, visit)).toBeNull();
  });

  it('starts from what was planned', () => {
    expect(fresh.minutes).toBe(150);
    expect(Object.values(fresh.used)).toEqual(visit.parts.map((part) => part.quantity));
  });

  it('uses no part and replaces nothing where nothing was found', () => {
    const draft = withVerdict(fresh, 'nothingFound', planned);
    expect(draft.componentReplaced).toBe(false);
    expect(Object.values(draft.used)).toEqual([0, 0]);
    expect(withVerdict(draft, 'confirmed', planned).used).toEqual(fresh.used);
  });

  it('is not done before each question has its answer, and its photo where one is required', () => {
    const editionId = newId('checklistEdition', random);
    const item = { label: { fi: 'a', sv: 'a', en: 'a' }, unit: 'mm/s', min: null, max: 7.1, photo: false };
    const items = [
      { ...item, kind: 'value' as const },
      { ...item, kind: 'yesNo' as const, photo: true },
    ];
    const asked = { ...visit, checklists: [{ editionId, name: item.label, items }] };
    const said = (...texts: string[]) => ({
      ...fresh,
      checks: Object.fromEntries(texts.map((text, at) => [`check ${editionId} ${at}`, { said: text, note: '' }])),
    });
    const photo = {
      kind: 'photo',
      fileId: newId('visitFile', random),
      step: 'do',
      check: { editionId, item: 1 },
    } as const;
    const shown = workOf([{ ...photo, state: 'kept' }]);
    expect(valuesOf('do', said('7,3'), shown, asked)).toEqual([]);
    expect(valuesOf('do', said('7,', 'no'), nothing, asked)).toEqual([]);
    expect(valuesOf('do', said('x', 'no'), shown, asked)).toEqual([]);
    expect(valuesOf('do', said('7,3', 'no'), workOf([{ ...photo, state: 'removed' }]), asked)).toEqual([]);
    const values = valuesOf('do', said('7,3', 'no'), shown, asked);
    expect(values.flatMap((value) => (value.kind === 'check' ? [value.answer] : []))).toEqual([7.3, false]);
    expect(freshDraft(planned, workOf(values)).checks).toMatchObject({ [`check ${editionId} 0`]: { said: '7.3' } });
  });

  it('is not signed off without a signature or the reason for none', () => {
    const kinds = (draft: typeof fresh) => valuesOf('sign', draft, nothing, visit).map(({ kind }) => kind);
    expect(kinds({ ...fresh, signer: 'Owner' })).toEqual([]);
    expect(kinds({ ...fresh, unsignedBecause: '' })).toEqual([]);
    expect(kinds({ ...fresh, signer: 'Owner', strokes: [[1, 2]] })).toEqual(['minutes', 'signature', 'step']);
    expect(kinds({ ...fresh, unsignedBecause: 'Nobody there' })).toEqual(['minutes', 'noSignature', 'step']);
  });

  it('is what was stated, once it was', () => {
    const signed = { signer: 'Owner', strokes: [[1, 2, 3, 4]] };
    const draft = { ...withVerdict(fresh, 'confirmed', planned), ...signed, finding: 'Worn ', minutes: 95 };
    const work = workOf(visitSteps.flatMap((step) => valuesOf(step, draft, nothing, visit)));
    const inVan = Object.fromEntries(visit.parts.map(({ partId }) => [partId, false]));
    const batches = Object.fromEntries(visit.parts.map(({ partId }) => [partId, '']));
    expect(freshDraft(planned, work)).toEqual({ ...draft, finding: 'Worn', batches, inVan });
    const report = reportOf(draft, work, visit);
    expect(report).toMatchObject({ findingVerdict: 'confirmed', finding: 'Worn', minutes: 95 });
    expect(faultsOf(VisitReportCommand, { ...report, idempotencyKey: crypto.randomUUID() })).toEqual([]);
    expect(reportOf({ ...draft, minutes: 30, componentReplaced: false, used: {} }, work, visit)).toMatchObject({
      minutes: 95,
      componentReplaced: true,
    });
  });

  it('names parts beyond the plan, and what of the fetched ones stays in the van', () => {
    const other = newId('part', random);
    const [van, depot] = visit.parts.map(({ partId }) => partId);
    if (!van || !depot) throw new Error('there are two parts');
    const draft = {
      ...withVerdict(fresh, 'confirmed', planned),
      used: { [van]: 0, [depot]: 0, [other]: 2 },
      inVan: { [van]: true, [depot]: true },
    };
    const work = workOf([...valuesOf('find', draft, nothing, visit), ...valuesOf('parts', draft, nothing, visit)]);
    const report = reportOf(fresh, work, visit);
    expect(report?.partsUsed).toContainEqual({ partId: other, quantity: 2 });
    // What lay in the van anyway was not fetched.
    expect(report?.partsInVan).toEqual([depot]);
    expect(
      reportOf({ ...draft, used: fresh.used }, workOf(valuesOf('find', draft, nothing, visit)), visit)?.partsInVan,
    ).toEqual([]);
  });

  it('tells the batch of a part that was used, and of no other', () => {
    const [van, depot] = visit.parts.map(({ partId }) => partId);
    if (!van || !depot) throw new Error('there are two parts');
    const draft = {
      ...withVerdict(fresh, 'confirmed', planned),
      used: { [van]: 1, [depot]: 0 },
      batches: { [van]: ' 6309-2451 ', [depot]: 'none' },
    };
    const work = workOf([...valuesOf('find', draft, nothing, visit), ...valuesOf('parts', draft, nothing, visit)]);
    expect(reportOf(fresh, work, visit)?.partsUsed).toEqual([
      { partId: van, quantity: 1, batch: '6309-2451' },
      { partId: depot, quantity: 0 },
    ]);
  });

  it('keeps parts beyond the plan when another verdict of a repair is chosen', () => {
    const other = newId('part', random);
    const draft = { ...withVerdict(fresh, 'confirmed', planned), used: { ...fresh.used, [other]: 2 } };
    expect(withVerdict(draft, 'otherFault', planned).used).toEqual({ ...fresh.used, [other]: 2 });
    expect(new Set(Object.values(withVerdict(draft, 'nothingFound', planned).used))).toEqual(new Set([0]));
  });

  it('uses no part that nobody stated where the work ends before its time', () => {
    const draft = withVerdict(fresh, 'confirmed', planned);
    const told = { minutes: 25, unfinished: 'No power' };
    const quantities = (work: ReturnType<typeof workOf>) =>
      unfinishedReportOf(draft, work, visit, told).partsUsed.map(({ quantity }) => quantity);
    const found = valuesOf('find', draft, nothing, visit);
    expect(unfinishedReportOf(draft, workOf(found), visit, told)).toMatchObject(told);
    expect(quantities(nothing)).toEqual([]);
    expect(quantities(workOf(found))).toEqual([]);
    expect(quantities(workOf([...found, ...valuesOf('parts', draft, nothing, visit)]))).toEqual(
      Object.values(fresh.used),
    );
  });
});

describe('day groups', () => {
  it('orders the days and their visits and leaves cancelled ones out', () => {
    const cancelled = { ...visit, state: 'cancelled' as const };
    const groups = dayGroups({ visits: [...day.visits].reverse().concat(cancelled) });
    expect(groups.map((group) => group.onDay)).toEqual(['2026-11-22', '2026-11-25']);
    expect(groups[0]?.visits).toHaveLength(1);
  });
});
