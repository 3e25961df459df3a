import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { connectAsync } from 'mqtt';
import { createTransport } from 'nodemailer';
import type { Database, Query } from '../adapters/records-postgres/database.ts';
import { readMigrations } from '../adapters/records-postgres/migrate.ts';
import { osrmWays } from '../adapters/travel-osrm.ts';
import type { CloudConfig } from '../config.ts';
import { openDatabase } from '../service.ts';
import { bad, type Finding, failed, good } from './finding.ts';

const answerWithinMs = 5_000;
/** A certificate is replaced by people, who need warning. */
const leastCertificateDays = 21;
const leastPostgres = 15;
/** Between this clock and that of the database: holds and leases stand by the one, pages by the other. */
const mostClockMs = 2_000;
const mostJobWaitMs = 10 * minuteMs;

const isThere = async (query: Query, table: string): Promise<boolean> =>
  (await query('select to_regclass($1) is not null as there', [table])).rows[0]?.['there'] === true;

const checkMigrations = async (query: Query): Promise<Finding> => {
  const known = await readMigrations();
  const applied = (await isThere(query, 'public.kuluma_migration'))
    ? (await query('select version from public.kuluma_migration', [])).rows.map((row) => Number(row['version']))
    : [];
  const newer = applied.filter((version) => !known.some((one) => one.version === version));
  if (newer.length > 0)
    return bad(
      'migrations',
      `${newer.length} are of a newer program`,
      'run the version that made them, or a newer one',
    );
  const waiting = known.length - applied.length;
  return good(
    'migrations',
    waiting === 0 ? `all ${known.length}` : `${waiting} of ${known.length} come with the start`,
  );
};

const checkWork = async (query: Query): Promise<Finding> => {
  if (!(await isThere(query, 'public.kuluma_job'))) return good('work', 'nothing waits');
  const { rows } = await query(
    `select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'dead') as dead,
      coalesce(max(extract(epoch from clock_timestamp() - due_at)) filter (where state = 'waiting'), 0) as oldest_s
    from public.kuluma_job`,
    [],
  );
  const [waiting, dead] = [Number(rows[0]?.['waiting']), Number(rows[0]?.['dead'])];
  const oldestMs = 1000 * Number(rows[0]?.['oldest_s']);
  const detail = `${waiting} wait, the oldest for ${Math.round(Math.max(0, oldestMs) / 1000)} s; ${dead} dead`;
  if (oldestMs > mostJobWaitMs) return bad('work', detail, 'start the service, or a process of the role worker');
  return dead > 0
    ? bad('work', detail, 'the table public.kuluma_job says why, in the column error')
    : good('work', detail);
};

const checkServer = async (query: Query): Promise<Finding[]> => {
  const { rows } = await query(
    `select current_setting('server_version_num')::integer / 10000 as version,
      extract(epoch from clock_timestamp()) * 1000 as now_ms`,
    [],
  );
  const version = Number(rows[0]?.['version']);
  const apartMs = Math.abs(Date.now() - Number(rows[0]?.['now_ms']));
  return [
    version >= leastPostgres
      ? good('postgres', `version ${version}`)
      : bad('postgres', `version ${version}`, `use version ${leastPostgres} or newer`),
    apartMs <= mostClockMs
      ? good('clocks', `${Math.round(apartMs)} ms between this machine and the database`)
      : bad('clocks', `${Math.round(apartMs / 1000)} s between this machine and the database`, 'set both by NTP'),
  ];
};

/** The records as they are: unlike the service, it changes nothing in them but that an embedded store is made. */
export const checkRecords = async (config: CloudConfig): Promise<Finding[]> => {
  const database: Database = openDatabase(config, createLogger('doctor', 'silent'));
  try {
    await database.open();
  } catch (error) {
    return [failed('records', error, 'see the message')];
  }
  try {
    const { query } = database;
    return [
      good('records', config.records.kind === 'postgres' ? 'PostgreSQL answers' : 'PGlite opens'),
      ...(config.records.kind === 'postgres' ? await checkServer(query) : []),
      await checkMigrations(query),
      await checkWork(query),
    ];
  } catch (error) {
    return [failed('records', error, 'see the message')];
  } finally {
    await database.close();
  }
};

const checkBroker = async ({ mqtt: { url = '', username, password } }: CloudConfig): Promise<Finding> => {
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  try {
    const client = await connectAsync(
      url,
      { ...login, protocolVersion: 5, reconnectPeriod: 0, connectTimeout: answerWithinMs, clean: true },
      false,
    );
    await client.endAsync();
    return good('broker', `${new URL(url).host} lets us in, by MQTT 5`);
  } catch (error) {
    return failed('broker', error, 'see whether it runs, speaks MQTT 5, and knows mqtt.username and mqtt.password');
  }
};

const checkInflux = async ({ timeSeries: { url = '', database, token } }: CloudConfig): Promise<Finding> => {
  const headers = token ? { authorization: `Token ${token}` } : {};
  const ask = (path: string) => fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(answerWithinMs) });
  try {
    const ping = await ask('/ping');
    const version = ping.headers.get('x-influxdb-version') ?? 'unknown';
    const asked = await ask(`/query?db=${encodeURIComponent(database)}&q=${encodeURIComponent('SHOW MEASUREMENTS')}`);
    if (asked.ok) return good('influx', `version ${version}, takes questions about ${database}`);
    return bad('influx', `version ${version} refuses questions: ${asked.status}`, 'see timeSeries.database and .token');
  } catch (error) {
    return failed('influx', error, 'see whether it runs and timeSeries.url is right');
  }
};

const checkRoads = async ({ travel: { url = '', timeoutSec } }: CloudConfig): Promise<Finding> => {
  const [here, there] = [60.17, 60.2].map((latitude) => ({
    name: `${latitude}`,
    location: { latitude, longitude: 24.94 },
  }));
  if (!here || !there) return bad('roads', 'no place to ask for', 'report this');
  try {
    await osrmWays(url, timeoutSec * 1000)([here], [there]);
    return good('roads', `OSRM answers at ${new URL(url).host}`);
  } catch (error) {
    return failed('roads', error, 'see travel.url');
  }
};

const checkMail = async (url: string): Promise<Finding> => {
  const timeouts = {
    connectionTimeout: answerWithinMs,
    greetingTimeout: answerWithinMs,
    socketTimeout: answerWithinMs,
  };
  const transport = createTransport({ url, ...timeouts });
  try {
    await transport.verify();
    return good('mail', `${new URL(url).host} takes letters`);
  } catch (error) {
    return failed('mail', error, 'see messages.smtpUrl, with its user and password');
  } finally {
    transport.close();
  }
};

/** The certificate that is shown; a local one is made, and made anew, by the service itself. */
const checkTls = async ({ tls, dataDir }: CloudConfig): Promise<Finding> => {
  const file = tls.kind === 'files' ? (tls.certFile ?? '') : join(dataDir, 'tls', 'ca.pem');
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (error) {
    if (tls.kind === 'local') return good('tls', 'the authority is made at the first start');
    return failed('tls', error, 'see tls.certFile');
  }
  try {
    const { validTo } = new X509Certificate(pem);
    const days = Math.floor((Date.parse(validTo) - Date.now()) / dayMs);
    return days >= leastCertificateDays
      ? good('tls', `${file} lasts ${days} days`)
      : bad('tls', `${file} lasts ${days} days`, 'replace it; it is read again without a restart');
  } catch (error) {
    return failed('tls', error, `${file} is to be a certificate in PEM`);
  }
};

/** Servers that the configuration names, asked the way that the service will ask them. */
export const checkServers = async (config: CloudConfig): Promise<Finding[]> => {
  const { mqtt, timeSeries, travel, messages, tls } = config;
  return Promise.all([
    ...(mqtt.kind === 'external' ? [checkBroker(config)] : []),
    ...(timeSeries.kind === 'influx' ? [checkInflux(config)] : []),
    ...(travel.kind === 'osrm' ? [checkRoads(config)] : []),
    ...(messages.smtpUrl ? [checkMail(messages.smtpUrl)] : []),
    ...(tls.kind === 'off' ? [] : [checkTls(config)]),
  ]);
};
