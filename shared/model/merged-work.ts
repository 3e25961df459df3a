import type { CheckPlace, VisitStep, WorkEntry, WorkValue } from './visit-work.ts';

/** The field of an answer to a question of a checklist. */
export const checkFieldOf = ({ editionId, item }: CheckPlace): string => `check ${editionId} ${item}`;

/** What a statement is about: statements of different fields never touch each other. */
export const fieldOf = (value: WorkValue): string => {
  switch (value.kind) {
    case 'step':
      return `step ${value.step}`;
    case 'part':
      return `part ${value.partId}`;
    case 'photo':
      return `photo ${value.fileId}`;
    case 'check':
      return checkFieldOf(value);
    case 'signature':
    case 'noSignature':
      return 'signature';
    case 'finding':
    case 'replaced':
    case 'minutes':
      return value.kind;
  }
};

/** What holds of one field. */
export interface WorkField {
  readonly value: WorkValue;
  /** Statements that none replaced: a later one names them all. */
  readonly heads: readonly WorkEntry['entryId'][];
  /** Other values that two phones stated without knowing of each other; a person decides between them and `value`. */
  readonly others: readonly WorkValue[];
}

/** The value in one spelling: the records keep keys in an order of their own. */
const spelled = (value: WorkValue): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

export const isSameValue = (a: WorkValue, b: WorkValue): boolean => spelled(a) === spelled(b);

/** A parked step outweighs a done one: until a person decides, the more cautious of two statements holds. */
const caution = (value: WorkValue): number => (value.kind === 'step' && value.state === 'parked' ? 1 : 0);

/**
 * What the statements of a visit come to: a multi-value register for each field (Shapiro et al. 2011), so that the
 * order in which phones are heard makes no difference and nothing is overwritten unseen.
 */
export const mergedWork = (entries: readonly WorkEntry[]): ReadonlyMap<string, WorkField> => {
  const replaced = new Set(entries.flatMap(({ replaces }) => replaces));
  const heads = new Map<string, WorkEntry[]>();
  for (const entry of entries) {
    if (replaced.has(entry.entryId)) continue;
    const field = fieldOf(entry.value);
    heads.set(field, [...(heads.get(field) ?? []), entry]);
  }
  const merged = new Map<string, WorkField>();
  for (const [field, of] of heads) {
    const ordered = [...of].sort((a, b) => caution(b.value) - caution(a.value) || (a.entryId < b.entryId ? -1 : 1));
    const values = new Map(ordered.map(({ value }) => [spelled(value), value]));
    const [value, ...others] = values.values();
    if (value) merged.set(field, { value, heads: ordered.map(({ entryId }) => entryId), others });
  }
  return merged;
};

/** The value of one kind, where a visit has one. */
export const workOf = <K extends WorkValue['kind']>(
  work: ReadonlyMap<string, WorkField>,
  field: string,
  kind: K,
): Extract<WorkValue, { kind: K }> | undefined => {
  const value = work.get(field)?.value;
  return value?.kind === kind ? (value as Extract<WorkValue, { kind: K }>) : undefined;
};

/** Where a step stands. */
export const stepStateOf = (work: ReadonlyMap<string, WorkField>, step: VisitStep): 'open' | 'done' | 'parked' =>
  workOf(work, `step ${step}`, 'step')?.state ?? 'open';
