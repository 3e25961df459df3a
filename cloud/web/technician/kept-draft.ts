import { findingVerdicts } from '@kuluma/shared/model/service.ts';
import type { CheckDraft, VisitDraft } from './visit-draft.ts';

/** What the phone kept of a visit, perhaps written by another version of the page. */
export interface KeptDraft {
  /** What this page reads of it. */
  readonly known: Partial<VisitDraft>;
  /** What it does not: kept as it was, and told to the technician. */
  readonly aside: readonly unknown[];
}
export const nothingKept: KeptDraft = { known: {}, aside: [] };

/** What is read of a value, and what of it is not. */
interface Reading<T> {
  readonly value?: T;
  readonly aside: readonly unknown[];
}
type Reader<T> = (kept: unknown) => Reading<T>;

const plain =
  <T>(isOne: (kept: unknown) => kept is T): Reader<T> =>
  (kept) =>
    isOne(kept) ? { value: kept, aside: [] } : { aside: [kept] };

const isObject = (kept: unknown): kept is Record<string, unknown> =>
  typeof kept === 'object' && kept !== null && !Array.isArray(kept);
const isText = (kept: unknown): kept is string => typeof kept === 'string';
const isYesNo = (kept: unknown): kept is boolean => typeof kept === 'boolean';
const isCount = (kept: unknown): kept is number => Number.isInteger(kept) && Number(kept) >= 0;
const isVerdict = (kept: unknown): kept is VisitDraft['verdict'] =>
  kept === null || findingVerdicts.some((verdict) => verdict === kept);
const isStroke = (kept: unknown): kept is number[] => Array.isArray(kept) && kept.every(isCount);
const isStrokes = (kept: unknown): kept is number[][] => Array.isArray(kept) && kept.every(isStroke);
const isReason = (kept: unknown): kept is string | null => kept === null || isText(kept);
const isCheck = (kept: unknown): kept is CheckDraft => isObject(kept) && isText(kept['said']) && isText(kept['note']);

/** One that can not be read keeps no other out. */
const each =
  <T>(isOne: (kept: unknown) => kept is T): Reader<Readonly<Record<string, T>>> =>
  (kept) => {
    if (!isObject(kept)) return { aside: [kept] };
    const read = Object.entries(kept);
    return {
      value: Object.fromEntries(read.flatMap(([key, one]) => (isOne(one) ? [[key, one] as const] : []))),
      aside: read.flatMap(([, one]) => (isOne(one) ? [] : [one])),
    };
  };

/** The shape of a draft, field by field: the compiler asks for each, also for one that comes later. */
const readers: { readonly [K in keyof VisitDraft]-?: Reader<VisitDraft[K]> } = {
  verdict: plain(isVerdict),
  finding: plain(isText),
  minutes: plain(isCount),
  componentReplaced: plain(isYesNo),
  used: each(isCount),
  inVan: each(isYesNo),
  batches: each(isText),
  checks: each(isCheck),
  signer: plain(isText),
  strokes: plain(isStrokes),
  unsignedBecause: plain(isReason),
};
const isField = (name: string): name is keyof VisitDraft => Object.hasOwn(readers, name);

/** Nothing that a person would miss. */
const isEmpty = (kept: unknown): boolean =>
  kept === undefined || kept === null || kept === '' || (typeof kept === 'object' && Object.keys(kept).length === 0);

/**
 * A draft as an earlier or a later version of the page wrote it: what is missing is left to the plan and to what was stated,
 * and what can not be read is put aside. Nothing of it is lost.
 */
export const keptDraftOf = (kept: unknown): KeptDraft => {
  if (!isObject(kept)) return { known: {}, aside: isEmpty(kept) ? [] : [kept] };
  const known: Record<string, unknown> = {};
  const aside: unknown[] = [];
  for (const [name, written] of Object.entries(kept)) {
    const reading: Reading<unknown> = isField(name) ? readers[name](written) : { aside: [written] };
    if (reading.value !== undefined) known[name] = reading.value;
    aside.push(...reading.aside.filter((one) => !isEmpty(one)));
  }
  // Each value was read by the reader of its own field.
  return { known: known as Partial<VisitDraft>, aside };
};

const mostShown = 500;

/** What a person would recognise of something that was put aside: its words and numbers. */
export const wordsIn = (aside: unknown): string => {
  const parts = (one: unknown): string[] => {
    if (typeof one === 'string') return one.trim() === '' ? [] : [one.trim()];
    if (typeof one === 'number') return [String(one)];
    // A drawing is no words.
    if (isStrokes(one) || isStroke(one)) return [];
    return typeof one === 'object' && one !== null ? Object.values(one).flatMap(parts) : [];
  };
  return parts(aside).join(' · ').slice(0, mostShown);
};
