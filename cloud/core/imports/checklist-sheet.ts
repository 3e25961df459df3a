import { checkKinds } from '@kuluma/shared/model/checklists.ts';
import { failureModeCodes } from '@kuluma/shared/model/machines.ts';
import { putChecklist } from '../set-up/put-checklists.ts';
import { WrongEntry } from '../set-up/wrong-entry.ts';
import { localTextOf, nameColumns, number, or, text, textUpTo, wordOf } from './cells.ts';
import { defineSheet, type RowOf } from './sheet.ts';

/** Questions of a checklist at the most, as its record has it. */
const mostQuestions = 60;
const anyNumber = number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

const columns = {
  key: text,
  /** Its code, by which rows belong together. */
  checklist: textUpTo(40),
  // Of the whole checklist, from its first row.
  ...{ ...nameColumns, name_fi: or(text, '') },
  machine_model: or(text, null),
  failure_mode: or(wordOf(failureModeCodes), null),
  kind: or(wordOf(checkKinds), 'yesNo'),
  question_fi: text,
  question_sv: or(text, ''),
  question_en: or(text, ''),
  unit: or(textUpTo(20), ''),
  min: or(anyNumber, null),
  max: or(anyNumber, null),
  photo: or(wordOf(['yes', 'no']), 'no'),
};
type Row = RowOf<typeof columns>;

const isBackwards = ({ min, max }: Pick<Row, 'min' | 'max'>): boolean => min !== null && max !== null && min > max;

const itemOf = ({ kind, question_fi, question_sv, question_en, unit, min, max, photo }: Row) => ({
  ...{ kind, unit, min, max, photo: photo === 'yes' },
  label: localTextOf({ name_fi: question_fi, name_sv: question_sv, name_en: question_en }),
});

/** A question a row, in their order. Of a checklist with a wrong row nothing is worked in: it would lack a question. */
export const checklists = defineSheet('checklists', columns, (row, { world, origin, named, rows }) => {
  if (isBackwards(row)) throw new WrongEntry('max', 'backwards', 'the upper limit lies below the lower one');
  const all = rows.filter(({ cells }) => cells['checklist'] === row.checklist);
  if (all[0]?.cells['key'] !== row.key || all.some(({ isWrong }) => isWrong)) return;
  // The cells were read by these columns.
  const own = all.map(({ cells }) => cells as Row);
  if (own.some(isBackwards)) return;
  if (row.name_fi === '') throw new WrongEntry('name_fi', 'gone', 'the first row of a checklist has its name');
  if (own.length > mostQuestions)
    throw new WrongEntry('checklist', 'stays', `a checklist has at most ${mostQuestions} questions`);
  const { checklist: code, machine_model: model, failure_mode: failureModeCode } = row;
  putChecklist({ world, origin }, world.where('checklist', 'code', code)[0], {
    ...{ code, name: localTextOf(row), failureModeCode, items: own.map(itemOf) },
    machineModelId: model === null ? null : named('machineModel', model, 'machine_model').id,
  });
});
