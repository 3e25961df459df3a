import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Act, type ActStore, type Answer, dayWithActs, replay } from './acts.ts';

const problem: ProblemView = { code: 'CONFLICT', message: '', faults: [], reference: 'r-1' };
const me = 'tec_me';

const actOf = (id: string, visitId: string, technicianId = me): Act => ({
  id,
  technicianId,
  visitId,
  path: '/',
  kind: 'working',
  version: 1,
  body: {},
  actedAtMs: 0,
  refusal: null,
});

/** Keeps what it is given, like the phone. */
class Kept implements ActStore {
  acts: Act[];
  readonly #made = new Map<string, number>();

  constructor(...acts: Act[]) {
    this.acts = acts;
  }

  async all() {
    return [...this.acts];
  }

  async madeVersion(visitId: string) {
    return this.#made.get(visitId) ?? 0;
  }

  async done({ id, visitId }: Act, version: number | null) {
    this.acts = this.acts.filter((act) => act.id !== id);
    if (version !== null) this.#made.set(visitId, version);
  }

  async refuse({ id }: Act, refusal: ProblemView) {
    this.acts = this.acts.map((act) => (act.id === id ? { ...act, refusal } : act));
  }
}

/** A service that does each act once, counts versions, and answers as it is told to. */
const serviceOf = (manners: Answer['kind'][] = [], meanwhile: (act: Act) => void = () => undefined) => {
  const done: string[] = [];
  const versions = new Map<string, number>();
  const answers = new Map<string, Answer>();
  return {
    done,
    send: async (act: Act, version: number): Promise<Answer> => {
      const { id, visitId } = act;
      const manner = manners.shift() ?? 'done';
      if (manner === 'signedOut') return { kind: manner };
      const now = versions.get(visitId) ?? 1;
      if (manner === 'refused' || (!answers.has(id) && version !== now)) return { kind: 'refused', problem };
      if (!answers.has(id)) {
        versions.set(visitId, now + 1);
        done.push(id);
        answers.set(id, { kind: 'done', version: now + 1 });
      }
      meanwhile(act);
      // It was done, and nobody heard.
      return manner === 'away' ? { kind: manner } : (answers.get(id) as Answer);
    },
  };
};

describe('what waits on the phone', () => {
  it('is sent in order, each act on the version that the one before it made', async () => {
    const store = new Kept(actOf('a', 'v1'), actOf('b', 'v2'), actOf('c', 'v1'), actOf('d', 'v1'));
    const service = serviceOf();
    expect(await replay(store, me, service.send)).toBe('sent');
    expect(service.done).toEqual(['a', 'b', 'c', 'd']);
    expect(store.acts).toEqual([]);
  });

  it('may grow while it is sent, by acts on a visit that the page has not read anew', async () => {
    const store: Kept = new Kept(actOf('a', 'v1'));
    const service = serviceOf([], ({ id }) => {
      if (id === 'a') store.acts.push(actOf('b', 'v1'));
    });
    expect(await replay(store, me, service.send)).toBe('sent');
    store.acts.push(actOf('c', 'v1'));
    expect(await replay(store, me, service.send)).toBe('sent');
    expect(service.done).toEqual(['a', 'b', 'c']);
  });

  it('stays when the service is away or does not know who asks', async () => {
    for (const manner of ['away', 'signedOut'] as const) {
      const store = new Kept(actOf('a', 'v1'), actOf('b', 'v1'));
      expect(await replay(store, me, serviceOf(['done', manner]).send)).toBe(manner);
      expect(store.acts).toMatchObject([{ id: 'b' }]);
    }
  });

  it('holds back the rest of a visit behind a refusal, and only that', async () => {
    const store = new Kept(actOf('a', 'v1'), actOf('b', 'v1'), actOf('c', 'v2'));
    const service = serviceOf(['refused']);
    expect(await replay(store, me, service.send)).toBe('sent');
    expect(service.done).toEqual(['c']);
    expect(store.acts).toMatchObject([{ id: 'a', refusal: problem }, { id: 'b' }]);
  });

  it('does not make statements vouch for what another changed meanwhile', async () => {
    const store = new Kept({ ...actOf('a', 'v1'), kind: 'work' }, actOf('b', 'v1'));
    const sent: number[] = [];
    await replay(store, me, async (_, version) => {
      sent.push(version);
      return { kind: 'done', version: 7 };
    });
    expect(sent).toEqual([1, 1]);
  });

  it('of another technician who shares the phone waits for them', async () => {
    const store = new Kept(actOf('a', 'v1', 'tec_other'), actOf('b', 'v2'));
    const service = serviceOf();
    expect(await replay(store, me, service.send)).toBe('sent');
    expect(service.done).toEqual(['b']);
    expect(store.acts).toMatchObject([{ id: 'a', refusal: null }]);
  });

  it('is done once each and in order, however often the link breaks and wherever', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('v1', 'v2', 'v3'), { maxLength: 12 }),
        fc.array(fc.constantFrom<Answer['kind']>('done', 'away', 'signedOut'), { maxLength: 40 }),
        async (visits, manners) => {
          const store = new Kept(...visits.map((visitId, i) => actOf(`${i}`, visitId)));
          const service = serviceOf(manners);
          for (let round = 0; store.acts.length > 0 && round < 60; round++) await replay(store, me, service.send);
          expect(service.done).toEqual(visits.map((_, i) => `${i}`));
        },
      ),
    ));
});

describe('parts on a phone without signal', () => {
  const day = { visits: [], askedParts: [], van: [{ partId: 'prt_1', number: 'S', name: {}, quantity: 3 }] };
  const act = (kind: Act['kind'], body: object, refusal: Act['refusal'] = null): Act => ({
    ...actOf(JSON.stringify(body), 'vis_1'),
    ...{ kind, body, refusal },
  });
  const shown = (...acts: Act[]) => dayWithActs(day as unknown as DayView, acts);
  const wanted = {
    kind: 'wanted',
    partRequestId: 'prr_1',
    number: 'S-45',
    quantity: 2,
    neededByOn: '2027-03-03',
    text: '',
  };

  it('show a request that waits to be sent, until it is taken back, and none that was refused', () => {
    expect(shown(act('part', wanted)).askedParts).toMatchObject([{ number: 'S-45', state: 'open', reserved: 0 }]);
    expect(shown(act('part', wanted), act('part', { ...wanted, kind: 'notWanted' })).askedParts).toEqual([]);
    expect(shown(act('part', wanted, problem)).askedParts).toEqual([]);
  });

  it('are in the van no more once they are said to be at the depot', () => {
    const left = (...acts: Act[]) => shown(...acts).van?.map(({ quantity }) => quantity);
    expect(left(act('vanReturn', { partId: 'prt_1', quantity: 2 }))).toEqual([1]);
    expect(left(act('vanReturn', { partId: 'prt_1', quantity: 2 }, problem))).toEqual([3]);
  });

  it('leave the version of the visit to who changes it', async () => {
    const kept = new Kept(act('part', wanted), actOf('b', 'vis_1'));
    const versions: number[] = [];
    await replay(kept, me, async (_, version) => {
      versions.push(version);
      return { kind: 'done', version: 7 };
    });
    expect(versions).toEqual([1, 1]);
  });
});
