import { type SetUpColumn, type SetUpKind, setUpColumns } from '@kuluma/shared/model/set-up-kinds.ts';
import type { SetUpCell, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import type { Words } from '../../parts/words.ts';

/** Columns whose codes are skills or certificates, whose words the catalogue has elsewhere. */
const skillColumns: readonly SetUpColumn[] = ['certificates'];

/** What a cell says in the reader's language; empty where there is nothing to say. */
export const cellText = (words: Words, column: SetUpColumn, cell: SetUpCell | undefined): string => {
  if (!cell) return '';
  if ('text' in cell) return cell.text ?? '';
  if ('own' in cell) return words.own(cell.own);
  if ('count' in cell) return words.number(cell.count);
  if ('cents' in cell) return words.money(cell.cents);
  if ('days' in cell) return words.t('setUp.days', { count: cell.days });
  if ('skills' in cell)
    return cell.skills.map(({ skill, level }) => `${words.coded('skill', skill, skill)} ${level}`).join(', ');
  const prefix = skillColumns.includes(column) ? 'skill' : column === 'failureMode' ? 'failureMode' : 'setUp.word';
  return cell.codes.map((code) => words.coded(prefix, code, code)).join(', ');
};

export const isNumeric = (cell: SetUpCell | undefined): boolean =>
  cell !== undefined && ('count' in cell || 'cents' in cell || 'days' in cell);

/** Whether a row has all words of a search, wherever they stand in it. */
export const matchesRow = (words: Words, kind: SetUpKind, row: SetUpRow, search: string): boolean => {
  const columns: readonly SetUpColumn[] = setUpColumns[kind];
  const texts = [row.name, ...columns.map((column) => cellText(words, column, row.cells[column]))];
  const said = texts.join(' ').toLocaleLowerCase(words.locale);
  return search
    .toLocaleLowerCase(words.locale)
    .split(/\s+/)
    .every((word) => said.includes(word));
};
