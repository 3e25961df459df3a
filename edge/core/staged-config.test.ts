import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  abandonTrial,
  beginTrial,
  configStateOf,
  dropKept,
  keepTrial,
  mayTry,
  nothingStaged,
  refuse,
  rollBack,
  runningOf,
  type StagedConfig,
} from './staged-config.ts';

const offer = (revision: number) => ({ revision, yaml: `of ${revision}` });

type Act =
  | { readonly act: 'offer'; readonly revision: number; readonly valid: boolean }
  | { readonly act: 'prove' | 'fail' | 'kill' | 'stop' | 'spoil' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('offer' as const),
      revision: fc.integer({ min: 1, max: 40 }),
      valid: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('prove' as const, 'fail' as const, 'kill' as const, 'stop' as const, 'spoil' as const),
    }),
  },
);

const step = (staged: StagedConfig, done: Act): StagedConfig => {
  if (done.act === 'offer') {
    if (!mayTry(staged, done.revision)) return staged;
    return done.valid ? beginTrial(staged, offer(done.revision)) : refuse(staged, done.revision, 'faults');
  }
  if (done.act === 'prove') return keepTrial(staged);
  if (done.act === 'stop') return abandonTrial(staged);
  return done.act === 'spoil' ? dropKept(staged, 'no longer valid') : rollBack(staged, done.act);
};

/** Every state of a run, the first included. */
const runOf = (acts: readonly Act[]): StagedConfig[] => {
  const states = [nothingStaged];
  for (const done of acts) states.push(step(states.at(-1) as StagedConfig, done));
  return states;
};

const acts = fc.array(act, { maxLength: 60, size: 'max' });

it('takes each revision once, in rising order, whatever is offered again', () => {
  fc.assert(
    fc.property(acts, (list) => {
      const taken: number[] = [];
      const states = runOf(list);
      for (const [i, done] of list.entries()) {
        const [before, after] = [states[i] as StagedConfig, states[i + 1] as StagedConfig];
        if (done.act === 'offer' && before !== after) taken.push(done.revision);
        if (done.act === 'stop' && before.trial) taken.pop();
      }
      expect(taken).toEqual([...new Set(taken)].sort((x, y) => x - y));
    }),
  );
});

it('runs only what is on trial or proved itself last, and after a failure or a death what ran before', () => {
  fc.assert(
    fc.property(acts, (list) => {
      let proved: number | undefined;
      const states = runOf(list);
      for (const [i, done] of list.entries()) {
        const [before, after] = [states[i] as StagedConfig, states[i + 1] as StagedConfig];
        if (done.act === 'prove') proved = before.trial?.revision ?? proved;
        if (done.act === 'spoil') proved = undefined;
        expect(runningOf(after)?.revision).toBe(after.trial?.revision ?? proved);
        if (done.act === 'kill' || done.act === 'fail' || done.act === 'stop') expect(after.trial).toBeNull();
      }
    }),
  );
});

it('leaves a revision whose trial was ended in good order to be tried again, and no other', () => {
  fc.assert(
    fc.property(acts, fc.integer({ min: 1, max: 40 }), (list, revision) => {
      const staged = runOf(list).at(-1) as StagedConfig;
      if (!mayTry(staged, revision)) return;
      const trial = beginTrial(staged, offer(revision));
      expect(mayTry(abandonTrial(trial), revision)).toBe(true);
      expect(abandonTrial(trial).kept).toEqual(staged.kept);
      for (const over of [keepTrial(trial), rollBack(trial, 'why'), trial]) expect(mayTry(over, revision)).toBe(false);
    }),
  );
});

it('reports the last few revisions, the newest last, with a bounded text', () => {
  let staged = nothingStaged;
  for (let revision = 1; revision <= 9; revision++) staged = refuse(staged, revision, 'x'.repeat(9000));
  const { running, reports } = configStateOf(staged);
  expect(running).toBeNull();
  expect(reports.map((report) => [report.revision, report.state, report.message.length])).toEqual(
    [6, 7, 8, 9].map((revision) => [revision, 'refused', 2000]),
  );
});
