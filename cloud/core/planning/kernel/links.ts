import type { ProblemSpec } from './problem-spec.ts';

/** What a visit has to do with another: begins with it, after it, or before it. */
export const linkKinds = { together: 0, follows: 1, leads: 2 } as const;

/** Links of visits, each told from both sides, lists one behind the other. */
export interface Links {
  /** By visit: where its links begin in the lists below, and how many they are. */
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly other: Int32Array;
  readonly kind: Uint8Array;
  /** Least time between the end of the first and the start of the second. */
  readonly gap: Float64Array;
}

/** Undefined if no visit is linked. */
export const linksOf = ({ visits }: ProblemSpec): Links | undefined => {
  const byId = new Map(visits.map(({ id }, at) => [id, at]));
  const lists = visits.map((): { other: number; kind: number; gap: number }[] => []);
  for (const [at, { together, after = [] }] of visits.entries()) {
    const partner = together === undefined ? undefined : byId.get(together);
    if (partner !== undefined && !lists[at]?.some(({ kind }) => kind === linkKinds.together)) {
      lists[at]?.push({ other: partner, kind: linkKinds.together, gap: 0 });
      lists[partner]?.push({ other: at, kind: linkKinds.together, gap: 0 });
    }
    for (const { visit, gap } of after) {
      const first = byId.get(visit) ?? -1;
      lists[at]?.push({ other: first, kind: linkKinds.follows, gap });
      lists[first]?.push({ other: at, kind: linkKinds.leads, gap });
    }
  }
  const flat = lists.flat();
  if (flat.length === 0) return undefined;
  const start = new Int32Array(visits.length);
  for (let i = 1; i < start.length; i++) start[i] = (start[i - 1] as number) + (lists[i - 1]?.length ?? 0);
  return {
    start,
    count: Int32Array.from(lists, ({ length }) => length),
    other: Int32Array.from(flat, ({ other }) => other),
    kind: Uint8Array.from(flat, ({ kind }) => kind),
    gap: Float64Array.from(flat, ({ gap }) => gap),
  };
};
