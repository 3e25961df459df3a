import { type CheckItem, isFailed } from './checklists.ts';
import type { Format } from './format.ts';
import { checkFieldOf, type WorkField, workOf } from './merged-work.ts';
import type { VisitChecklist } from './views/visit.ts';
import type { WorkValue } from './visit-work.ts';

type Answer = Extract<WorkValue, { kind: 'check' }>;

/** A question with its answer; null while there is none. */
export interface Answered {
  readonly item: CheckItem;
  readonly answer: Answer | null;
  readonly isFailed: boolean;
}

export const answersOf = (
  { editionId, items }: Pick<VisitChecklist, 'editionId' | 'items'>,
  work: ReadonlyMap<string, WorkField>,
): Answered[] =>
  items.map((item, at) => {
    const answer = workOf(work, checkFieldOf({ editionId, item: at }), 'check') ?? null;
    return { item, answer, isFailed: answer !== null && isFailed(item, answer.answer) };
  });

const mostDecimals = 6;

/** A value with the decimals with which it was given. */
export const measuredText = (words: Pick<Format, 'number'>, value: number): string =>
  words.number(value, Math.min(mostDecimals, String(value).split('.')[1]?.length ?? 0));
