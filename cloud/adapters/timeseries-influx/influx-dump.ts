import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { escape as escaped } from '@influxdata/influxdb-client';
import { AppError } from '@kuluma/shared/errors.ts';
import type { PointQuality } from '../../core/quality/point-quality.ts';
import { sampleLine } from './influx-lines.ts';
import { type Query, qualityLine } from './influx-quality.ts';

/** Samples of one question to the server. */
const perRead = 50_000;
/** Lines of one request to it. */
const perWrite = 20_000;

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** A database beside the files, for as long as they are written or read; it sorts on the disk what memory does not hold. */
const withDuckDb = async <T>(dir: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
  const file = join(dir, 'work.part');
  const instance = await DuckDBInstance.create(file, { memory_limit: '512MB', threads: '2' });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(file, { force: true });
    await rm(`${file}.wal`, { force: true });
  }
};

interface Series {
  readonly organisationId: string;
  readonly pointId: string;
}

const seriesOf = async (query: Query): Promise<Series[]> => {
  const found = await query('select last(value) from telemetry group by organisation_id, point_id', {});
  return found.map(({ tags }) => ({
    organisationId: String(tags?.['organisation_id']),
    pointId: String(tags?.['point_id']),
  }));
};

const ofSeries = 'organisation_id = $organisation and point_id = $point';
const paramsOf = ({ organisationId, pointId }: Series) => ({ organisation: organisationId, point: pointId });

/** All samples of a series, a part at a time. */
const dumpSeries = async (query: Query, series: Series, number: number, appender: DuckDBAppender): Promise<void> => {
  for (let after = ''; ; ) {
    const statement = `select value, quality from telemetry where ${ofSeries} ${after} order by time limit ${perRead}`;
    const rows = (await query(statement, paramsOf(series)))[0]?.values ?? [];
    for (const [ms, value, quality] of rows) {
      appender.appendInteger(number);
      appender.appendBigInt(BigInt(Number(ms)));
      appender.appendDouble(Number(value));
      appender.appendUTinyInt(Number(quality));
      appender.appendBigInt(0n);
      appender.endRow();
    }
    appender.flushSync();
    const last = rows.at(-1);
    if (!last || rows.length < perRead) return;
    after = `and time > ${last[0]}000000`;
  }
};

/**
 * Writes all series into Parquet files: `series`, `samples` and `judged`, what was said of hours. Whatever the server had
 * when the dump began is in it; of what came meanwhile, some.
 */
export const dumpInflux = async (query: Query, dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  await withDuckDb(dir, async (connection) => {
    await connection.run(`create table series (series_id integer, organisation_id varchar, point_id varchar);
      create table samples (series_id integer, ts bigint, value double, quality utinyint, seq bigint);
      create table judged (line varchar)`);
    const [series, samples, judged] = [
      await connection.createAppender('series'),
      await connection.createAppender('samples'),
      await connection.createAppender('judged'),
    ];
    for (const [number, one] of (await seriesOf(query)).entries()) {
      series.appendInteger(number);
      series.appendVarchar(one.organisationId);
      series.appendVarchar(one.pointId);
      series.endRow();
      await dumpSeries(query, one, number, samples);
      const statement = `select judged from point_quality where ${ofSeries} order by time`;
      for (const [, hour] of (await query(statement, paramsOf(one)))[0]?.values ?? []) {
        judged.appendVarchar(qualityLine(one.organisationId, JSON.parse(String(hour)) as PointQuality));
        judged.endRow();
      }
    }
    for (const appender of [series, samples, judged]) appender.closeSync();
    for (const table of ['series', 'samples', 'judged'])
      await connection.run(
        `copy ${table} to ${quoted(join(dir, `${table}.parquet`))} (format parquet, compression zstd)`,
      );
  });
};

/** Line protocol of samples and judgements, in pieces. */
async function* linesFrom(connection: DuckDBConnection, sql: string): AsyncGenerator<string[]> {
  let lines: string[] = [];
  for await (const rows of (await connection.stream(sql)).yieldRows()) {
    for (const row of rows) lines.push(lineOf(row));
    if (lines.length < perWrite) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

const lineOf = ([line, organisationId, pointId, ms, value, quality]: readonly unknown[]): string =>
  typeof line === 'string'
    ? line
    : sampleLine(
        `organisation_id=${escaped.tag(String(organisationId))},point_id=${escaped.tag(String(pointId))}`,
        Number(value),
        Number(quality),
        Number(ms),
      );

/**
 * Sends the server what a dump holds, from an InfluxDB or an embedded store. Of the latter neither sums by the hour nor
 * judgements of hours have a place there.
 * @param count of all samples of the server, to compare.
 */
export const loadInflux = (
  dir: string,
  send: (lines: readonly string[]) => Promise<void>,
  count: () => Promise<number>,
): Promise<void> =>
  withDuckDb(dir, async (connection) => {
    const files = (await readdir(dir)).filter((name) => /^samples.*\.parquet$/.test(name));
    // A row that came later replaces one of the same time: packed ones go first.
    const sources = files.sort().reverse();
    let sent = 0;
    for (const file of sources) {
      const order = file === 'samples.parquet' ? 'order by seq' : '';
      const samples = `(from read_parquet(${quoted(join(dir, file))}) ${order})`;
      const sql = `select null, organisation_id, point_id, ts, value, quality from ${samples}
        join read_parquet(${quoted(join(dir, 'series.parquet'))}) using (series_id)`;
      for await (const lines of linesFrom(connection, sql)) await send(lines);
    }
    const distinct = sources.map((file) => `select series_id, ts from read_parquet(${quoted(join(dir, file))})`);
    if (distinct.length > 0) {
      const sql = `select count(*) from (select distinct series_id, ts from (${distinct.join(' union all ')}))`;
      sent = Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
    }
    if (existsSync(join(dir, 'judged.parquet'))) {
      const sql = `select line, null, null, null, null, null from read_parquet(${quoted(join(dir, 'judged.parquet'))})`;
      for await (const lines of linesFrom(connection, sql)) await send(lines);
    }
    const stored = await count();
    if (stored !== sent)
      throw new AppError('INTERNAL', `the time series store holds ${stored} samples, the back-up ${sent}`);
  });
