import { expect, it } from 'vitest';
import { smallRegion } from '../core/planning/region/fixtures/small-region.ts';
import type { PlanDocument } from '../core/planning/region/plan-document.ts';
import { planningFormats } from './planning-task.ts';

it('says of which visits the reasons were looked for, and looks for all where time does not matter', async () => {
  const visits = Array.from({ length: 240 }, (_, i) => ({
    ...{ id: `v${i}`, site: 'mill', durationMin: 5, skills: [], penaltyCents: 0 },
  }));
  const { problem, documentOf } = await planningFormats.kuluma(JSON.stringify(smallRegion({ visits })));
  const nothing = {
    ...{ routes: [], cost: 0, moves: 0, missed: 0 },
    unassigned: Int32Array.from({ length: problem.visitCount }, (_, i) => i),
  };
  const codesOf = (hasTime: boolean) =>
    (documentOf(nothing, hasTime) as PlanDocument).unassigned.map(({ reasons }) => reasons[0]?.code);
  const inTime = codesOf(false);
  const asked = inTime.indexOf('notAsked');
  expect(asked).toBeGreaterThan(50);
  expect(new Set(inTime.slice(0, asked))).toEqual(new Set(['price']));
  expect(new Set(inTime.slice(asked))).toEqual(new Set(['notAsked']));
  expect(new Set(codesOf(true))).toEqual(new Set(['price']));
});
