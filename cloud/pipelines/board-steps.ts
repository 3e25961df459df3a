import type { Actor } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Lookup } from './lookup.ts';

export type Step = RecordOf<'boardStep'>;

/** Who changes a plan: a member of staff, or a contact for a visit of their own. */
export type StepAuthor = Exclude<Actor, { kind: 'policy' }>;

export const authorNameOf = async (lookup: Lookup, { createdBy }: Step): Promise<string> => {
  if (createdBy.kind === 'policy') return createdBy.name;
  const author =
    createdBy.kind === 'person'
      ? await lookup.get('person', createdBy.personId)
      : await lookup.get('contact', createdBy.contactId);
  return author?.name ?? '';
};

/** How far back steps are looked at: nobody undoes what is older, and what was late has come. */
const rememberedMs = 60 * dayMs;
/** Steps that a person can undo. */
const mostUndone = 20;

/** The steps of an organisation, oldest first. */
export const stepsOf = async (lookup: Lookup, nowMs: number): Promise<Step[]> => {
  const recent = await lookup.list('boardStep', { createdFromMs: nowMs - rememberedMs });
  if (recent.length > 0) return recent;
  return lookup.list('boardStep', { newestFirst: true, limit: 1 });
};

/** The number of the last step; 0 before the first. */
export const markOf = (steps: readonly Step[]): number => steps.at(-1)?.number ?? 0;

/** The change that a step makes, or makes or unmakes once more. */
const originOf = ({ id, ofStepId }: Step): string => ofStepId ?? id;

/** The changes that were not undone, or were done again. */
export const inForce = (steps: readonly Step[]): Step[] => {
  const undone = new Set<string>();
  for (const step of steps)
    if (step.act === 'undo') undone.add(originOf(step));
    else undone.delete(originOf(step));
  return steps.filter(({ act, id }) => act === 'change' && !undone.has(id));
};

/** What a person would undo and do again next: their own changes, newest first. */
export const nextOf = (
  steps: readonly Step[],
  personId: string,
): { readonly undo: Step | undefined; readonly redo: Step | undefined } => {
  const done: Step[] = [];
  const undone: Step[] = [];
  const byId = new Map(steps.map((step) => [step.id as string, step]));
  for (const step of steps) {
    if (step.personId !== personId) continue;
    const origin = byId.get(originOf(step));
    if (!origin) continue;
    if (step.act === 'undo') {
      done.splice(done.indexOf(origin), 1);
      undone.push(origin);
    } else {
      done.push(origin);
      if (step.act === 'change') undone.length = 0;
      else undone.splice(undone.indexOf(origin), 1);
    }
  }
  return { undo: done.slice(-mostUndone).at(-1), redo: undone.at(-1) };
};

/** Steps after a mark that are about any of these. */
export const touchedSince = (steps: readonly Step[], mark: number, touches: readonly string[]): Step[] => {
  const own = new Set(touches);
  return steps.filter(({ number, touches: theirs }) => number > mark && theirs.some((one) => own.has(one)));
};
