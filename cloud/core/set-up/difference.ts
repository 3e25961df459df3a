import { type ImportKind, sameJson, type Touched } from './world.ts';

/** What an import does to one record, as a person reads it. */
export interface Difference {
  /** `sites.csv:14`. */
  readonly place: string;
  readonly key: string;
  readonly kind: ImportKind;
  readonly change: 'new' | 'changed';
  /** Of a changed record: the fields that differ. */
  readonly fields: readonly { readonly name: string; readonly from: unknown; readonly to: unknown }[];
}

export const differenceOf = ({ kind, before, after, origin }: Touched): Difference => {
  const [old, next] = [before, after] as unknown as [Record<string, unknown> | undefined, Record<string, unknown>];
  const names = old ? Object.keys(next).filter((name) => !sameJson(old[name], next[name])) : [];
  return {
    place: `${origin.sheet}:${origin.line}`,
    key: origin.key,
    kind,
    change: old ? 'changed' : 'new',
    fields: names.map((name) => ({ name, from: old?.[name], to: next[name] })),
  };
};
