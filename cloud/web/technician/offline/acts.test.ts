import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Act, type ActStore, type Answer, replay } from './acts.ts';

const problem: ProblemView = { code: 'CONFLICT', message: '', faults: [], reference: 'r-1' };

const actOf = (id: string, visitId: string, version = 1): Act => ({
  id,
  visitId,
  path: '/',
  leadsTo: 'working',
  version,
  body: {},
  actedAtMs: 0,
  refusal: null,
});

/** Keeps what it is given, like the phone. */
const storeOf = (...acts: Act[]): ActStore & { readonly acts: Act[] } => {
  const store = {
    acts,
    all: async () => [...store.acts],
    add: async (act: Act) => void store.acts.push(act),
    settle: async (goneId: string, changed: readonly Act[]) => {
      store.acts = store.acts
        .filter(({ id }) => id !== goneId)
        .map((act) => changed.find(({ id }) => id === act.id) ?? act);
    },
  };
  return store;
};

/** A service that does each act once, counts versions, and answers as it is told to. */
const serviceOf = (manners: Answer['kind'][] = []) => {
  const done: string[] = [];
  const versions = new Map<string, number>();
  const answers = new Map<string, Answer>();
  return {
    done,
    send: async ({ id, visitId, version }: Act): Promise<Answer> => {
      const manner = manners.shift() ?? 'done';
      if (manner === 'away' || manner === 'signedOut') return { kind: manner };
      const before = answers.get(id);
      if (before) return before;
      const now = versions.get(visitId) ?? 1;
      if (manner === 'refused' || version !== now) return { kind: 'refused', problem };
      versions.set(visitId, now + 1);
      done.push(id);
      const answer: Answer = { kind: 'done', version: now + 1 };
      answers.set(id, answer);
      return answer;
    },
  };
};

describe('what waits on the phone', () => {
  it('is sent in order, each act on the version that the one before it made', async () => {
    const store = storeOf(actOf('a', 'v1'), actOf('b', 'v2'), actOf('c', 'v1'), actOf('d', 'v1'));
    const service = serviceOf();
    expect(await replay(store, service.send)).toBe('sent');
    expect(service.done).toEqual(['a', 'b', 'c', 'd']);
    expect(store.acts).toEqual([]);
  });

  it('stays when the service is away or does not know who asks', async () => {
    for (const manner of ['away', 'signedOut'] as const) {
      const store = storeOf(actOf('a', 'v1'), actOf('b', 'v1'));
      expect(await replay(store, serviceOf(['done', manner]).send)).toBe(manner);
      expect(store.acts).toMatchObject([{ id: 'b', version: 2 }]);
    }
  });

  it('holds back the rest of a visit behind a refusal, and only that', async () => {
    const store = storeOf(actOf('a', 'v1'), actOf('b', 'v1'), actOf('c', 'v2'));
    const service = serviceOf(['refused']);
    expect(await replay(store, service.send)).toBe('sent');
    expect(service.done).toEqual(['c']);
    expect(store.acts).toMatchObject([{ id: 'a', refusal: problem }, { id: 'b' }]);
  });

  it('is done once each and in order, however often the link breaks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('v1', 'v2', 'v3'), { maxLength: 12 }),
        fc.array(fc.constantFrom<Answer['kind']>('done', 'away', 'signedOut'), { maxLength: 40 }),
        async (visits, manners) => {
          const store = storeOf(...visits.map((visitId, i) => actOf(`${i}`, visitId)));
          const service = serviceOf(manners);
          for (let round = 0; store.acts.length > 0 && round < 60; round++) await replay(store, service.send);
          expect(service.done).toEqual(visits.map((_, i) => `${i}`));
        },
      ),
    ));
});
