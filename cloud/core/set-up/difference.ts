import type { ChecklistEdition } from '@kuluma/shared/model/checklists.ts';
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

/** The questions of an edition that another does not have so, with their places; null where it has them all. */
const otherQuestions = (edition: ChecklistEdition, than: ChecklistEdition): string | null => {
  const lines = edition.items.flatMap((item, at) => {
    if (sameJson(item, than.items[at])) return [];
    const { label, kind, min, max, unit, photo } = item;
    const limits = min === null && max === null ? '' : `${min ?? ''}–${max ?? ''}`;
    const asked = [label.fi, kind, `${limits} ${unit}`.trim(), photo ? 'photo' : ''].filter((word) => word !== '');
    return [`${at + 1}. ${asked.join(' · ')}`];
  });
  return lines.length > 0 ? lines.join('; ') : null;
};

const fieldsOf = ({ kind, before, after, replaces }: Touched): Difference['fields'] => {
  if (kind === 'checklistEdition' && replaces)
    return [{ name: 'items', from: otherQuestions(replaces, after), to: otherQuestions(after, replaces) }];
  const [old, next] = [before, after] as unknown as [Record<string, unknown> | undefined, Record<string, unknown>];
  const names = old ? Object.keys(next).filter((name) => !sameJson(old[name], next[name])) : [];
  return names.map((name) => ({ name, from: old?.[name], to: next[name] }));
};

export const differenceOf = (touched: Touched): Difference => {
  const { kind, before, replaces, origin } = touched;
  return {
    place: `${origin.sheet}:${origin.line}`,
    key: origin.key,
    kind,
    change: before || replaces ? 'changed' : 'new',
    fields: fieldsOf(touched),
  };
};
