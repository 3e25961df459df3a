import type { LooseRows, Times } from './loose-rows.ts';
import { inTimes, monthOf } from './tables.ts';

/**
 * Where rows may stand: a superset of the truth at the moment of a read, so that a read that overlaps packing sees each
 * row where its snapshot has it.
 */
export interface Layout {
  readonly loose: LooseRows;
  /** Tables of packed months. */
  readonly months: ReadonlySet<string>;
}

/** Which series a read is about. */
export interface Wanted {
  readonly series: readonly number[];
  /** The same as a condition of SQL. */
  readonly where: string;
}

/** Tables of the packed months that a range touches. */
export const monthsIn = ({ months }: Layout, { fromMs, toMs }: Times): string[] =>
  [...months].filter((table) => {
    const month = monthOf(table);
    return month && month.fromMs < toMs && month.toMs > fromMs;
  });

/**
 * Rows (series_id, ts, value, quality) of the series that are wanted, one per time, as a subquery; undefined where there
 * can be none.
 * @param also of loose rows, a further column and what it is of the packed ones
 */
export const rowsOf = (
  layout: Layout,
  times: Times,
  { where: ofSeries }: Wanted,
  also?: { readonly name: string; readonly loose: string; readonly packed: string },
): string | undefined => {
  const where = `${ofSeries} and ${inTimes(times.fromMs, times.toMs)}`;
  const packed = monthsIn(layout, times)
    .map(
      (table) =>
        `select series_id, ts, value, quality${also ? `, ${also.packed} as ${also.name}` : ''} from ${table} where ${where}`,
    )
    .join(' union all ');
  if (!layout.loose.isIn(times)) return packed ? `(${packed})` : undefined;
  const loose = `select series_id, ts, arg_max(value, seq) as value, arg_max(quality, seq) as quality
    ${also ? `, ${also.loose} as ${also.name}` : ''} from samples where ${where} group by series_id, ts`;
  // A loose row is younger than the packed row of its time.
  return packed
    ? `(with loose as (${loose}) from loose union all (from (${packed}) packed anti join loose using (series_id, ts)))`
    : `(${loose})`;
};
