import { type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';

/** Columns of both roll-ups: `ts` is the start of the hour or day; low, high and total are of the `usable` samples, null where there is none. */
const rollUpColumns = `(series_id integer, ts bigint, samples integer, usable integer,
  low double, high double, total double, last_ts bigint)`;

/**
 * `samples` holds rows as they come: the day of such a row is *loose*. Maintenance *packs* closed days into one table a
 * month, sorted and with one row per time. No primary key: it made writing 15 times slower and the file 12 times larger.
 * Instead the batches that were stored are remembered in the same transaction, and of rows of the same time that with
 * the highest `seq`, the number of rows written before it, counts.
 */
export const createTables = `
  create table if not exists samples (series_id integer, ts bigint, value double, quality utinyint, seq bigint);
  create table if not exists roll_up_hour ${rollUpColumns};
  create table if not exists roll_up_day ${rollUpColumns};
  create table if not exists point_quality (series_id integer, ts bigint, samples integer, usable integer,
    low double, high double, duplicates integer, completeness double, known_missing double, is_stuck boolean,
    is_out_of_range boolean, lateness_ms double, ahead_ms double);
  create table if not exists series (series_id integer, organisation_id varchar, point_id varchar);
  create table if not exists seen_batches (
    gateway_id varchar, epoch bigint, class varchar, first_seq bigint, last_seq bigint);`;

/** The tables of every store, beside those of the months. */
export const fixedTables: ReadonlySet<string> = new Set(
  [...createTables.matchAll(/create table if not exists (\w+)/g)].map(([, name]) => String(name)),
);

export const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);

/** Name of the table of a packed month, from any time in it. */
export const monthTableOf = (atMs: number): string =>
  `samples_${new Date(atMs).toISOString().slice(0, 7).replace('-', '_')}`;

export const createMonthTable = (name: string): string =>
  `create table if not exists ${name} (series_id integer, ts bigint, value double, quality utinyint)`;

/** Of one table name; the year may have more than four digits. */
const monthTablePattern = /^samples_(\d{4,6})_(\d\d)$/;

/** Start and end of a packed month; undefined for any other table. */
export const monthOf = (table: string): { readonly fromMs: number; readonly toMs: number } | undefined => {
  const [, year, month] = monthTablePattern.exec(table) ?? [];
  return year && month
    ? { fromMs: Date.UTC(Number(year), Number(month) - 1), toMs: Date.UTC(Number(year), Number(month)) }
    : undefined;
};

/** Quality is stored as its place in the list of the model; `good` and `uncertain` are usable. */
export const qualityCode = (quality: SampleQuality): number => sampleQualities.indexOf(quality);
export const lastUsable = qualityCode('uncertain');
export const usable = `quality <= ${lastUsable}`;

/** A text in SQL text. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Numbers in SQL text are whole ones of ours. @throws RangeError for any other. */
export const whole = (n: number): string => `${BigInt(n)}`;

export const inTimes = (fromMs: number, toMs: number): string => `ts >= ${whole(fromMs)} and ts < ${whole(toMs)}`;

export interface RollUp {
  readonly table: string;
  readonly unitMs: number;
}
export const rollUpHour: RollUp = { table: 'roll_up_hour', unitMs: hourMs };
export const rollUps: readonly RollUp[] = [{ table: 'roll_up_day', unitMs: dayMs }, rollUpHour];
