import './row-table.css';
import { type SetUpColumn, type SetUpKind, setUpColumns } from '@kuluma/shared/model/set-up-kinds.ts';
import type { SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { IconAlertCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { cellText, isNumeric } from './cell-text.ts';

/** Things of one kind, each leading to its form, with what it lacks. */
export const RowTable = ({
  kind,
  rows,
  label,
  without = [],
}: {
  kind: SetUpKind;
  rows: readonly SetUpRow[];
  label: string;
  /** Columns that say nothing here. */
  without?: readonly SetUpColumn[];
}) => {
  const words = useWords();
  const columns = setUpColumns[kind].filter((column: SetUpColumn) => !without.includes(column));
  const lacks = rows.some(({ missing, endedAt }) => missing.length > 0 || endedAt !== null);
  return (
    <div className="set-up-table-frame">
      <table className="set-up-table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.t(`setUp.name.${kind}`)}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className={isNumeric(rows[0]?.cells[column]) ? 'number' : undefined}>
                {words.t(`setUp.column.${column}`)}
              </th>
            ))}
            {lacks && <th scope="col">{words.t('setUp.column.lacks')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-ended={row.endedAt !== null || undefined}>
              <th scope="row">
                <Link to="/set-up/$kind/$id" params={{ kind, id: row.id }}>
                  {kind === 'points' ? words.coded('point', row.name, row.name) : row.name}
                </Link>
              </th>
              {columns.map((column) => {
                const cell = row.cells[column];
                const text = cellText(words, column, cell);
                return (
                  <td
                    key={column}
                    className={isNumeric(cell) ? 'number' : undefined}
                    data-label={words.t(`setUp.column.${column}`)}
                  >
                    {column === 'unit' ? words.coded('unit', text, text) : text || <span className="soft">–</span>}
                  </td>
                );
              })}
              {lacks && (
                <td className="set-up-lacks">
                  {row.endedAt !== null && <span className="soft">{words.t('setUp.ended')}</span>}
                  {row.missing.map((code) => (
                    <span key={code} className="set-up-lack">
                      <IconAlertCircle size={16} aria-hidden="true" />
                      {words.t(`setUp.lacks.${code}`)}
                    </span>
                  ))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
