import { expect, it } from 'vitest';
import { randomSpec } from './fixtures/random-spec.ts';
import { createProblem } from './problem.ts';
import type { ProblemSpec } from './problem-spec.ts';

const spec = randomSpec(1, { visits: 3, vehicles: 2, form: 'duration' });
const [visit, ...others] = spec.visits;

const pathsOf = (changes: Partial<ProblemSpec>): unknown => {
  try {
    createProblem({ ...spec, ...changes });
  } catch (error) {
    return error;
  }
  return undefined;
};
const withVisit = (changes: object) => pathsOf({ visits: visit ? [{ ...visit, ...changes }, ...others] : [] });

it('names what is no problem at all', () => {
  const fault = (path: string, message: string) => ({ code: 'INPUT_INVALID', faults: [{ path, message }] });
  expect(withVisit({ place: 99 })).toMatchObject(fault('visit visit 0', 'place 99 is unknown'));
  expect(withVisit({ service: -5 })).toMatchObject(fault('visit visit 0', 'service -5 is not a number from 0'));
  expect(withVisit({ windows: [{ from: 2, to: 1 }] })).toMatchObject(
    fault('visit visit 0', 'its window 1 never opens'),
  );
  expect(withVisit({ id: 'visit 1' })).toMatchObject(fault('visit visit 1', 'is there twice'));
  expect(withVisit({ tools: [31] })).toMatchObject(fault('visit visit 0', 'a tool is numbered above 30'));
  expect(withVisit({ service: [1] })).toMatchObject(fault('visit visit 0', 'service is given for 1 groups of 2'));
  expect(withVisit({ after: [{ visit: 'nothing', gap: 0 }] })).toMatchObject({
    faults: expect.arrayContaining([{ path: 'visit visit 0', message: 'it is linked to nothing, which is unknown' }]),
  });
  expect(pathsOf({ vehicles: [] })).toMatchObject(fault('vehicles', 'are none'));
  expect(pathsOf({ travelTime: new Float64Array(36).fill(-1) })).toMatchObject(
    fault('travelTime', 'holds what is not a number from 0'),
  );
});

it('tells every fault at once', () => {
  expect(withVisit({ place: -1, service: Number.NaN, penalty: -1 })).toMatchObject({
    faults: [{ path: 'visit visit 0' }, { path: 'visit visit 0' }, { path: 'visit visit 0' }],
  });
});

it('counts vehicles that are equal but for their names as one kind', () => {
  const [first] = spec.vehicles;
  const vehicles = first ? [first, { ...first, id: 'twin' }, { ...first, id: 'other', group: 1 }] : [];
  expect([...createProblem({ ...spec, vehicles }).kind]).toEqual([0, 0, 1]);
});
