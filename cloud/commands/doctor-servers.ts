import { minuteMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { connectAsync } from 'mqtt';
import { createTransport } from 'nodemailer';
import type { Database, Query } from '../adapters/records-postgres/database.ts';
import { readMigrations } from '../adapters/records-postgres/migrate.ts';
import { influxHeaders } from '../adapters/timeseries-influx/influx-query.ts';
import { osrmWays } from '../adapters/travel-osrm.ts';
import type { CloudConfig } from '../config.ts';
import { openDatabase } from '../service.ts';
import {
  answerWithinMs,
  checkClockOf,
  checkProviders,
  checkPush,
  checkShown,
  checkTls,
  clockFinding,
} from './doctor-outside.ts';
import { bad, type Finding, failed, good } from './finding.ts';

const leastPostgres = 15;
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
  const askedMs = Date.now();
  const { rows } = await query(
    `select current_setting('server_version_num')::integer / 10000 as version,
      extract(epoch from clock_timestamp()) * 1000 as now_ms`,
    [],
  );
  const version = Number(rows[0]?.['version']);
  // It looked at its clock about half way.
  const aheadMs = (askedMs + Date.now()) / 2 - Number(rows[0]?.['now_ms']);
  return [
    version >= leastPostgres
      ? good('postgres', `version ${version}`)
      : bad('postgres', `version ${version}`, `use version ${leastPostgres} or newer`),
    clockFinding('the database', aheadMs),
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
  const headers = { ...influxHeaders(token) };
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

/** Servers that the configuration names, asked the way that the service will ask them. */
export const checkServers = async (config: CloudConfig): Promise<Finding[]> => {
  const { mqtt, timeSeries, travel, messages, tls, signIn } = config;
  const { url: influx = '' } = timeSeries;
  const found = await Promise.all([
    ...(mqtt.kind === 'external' ? [checkBroker(config)] : []),
    ...(mqtt.kind === 'external' && mqtt.url?.startsWith('mqtts:') ? [checkShown('broker', mqtt.url, 8883)] : []),
    ...(timeSeries.kind === 'influx'
      ? [checkInflux(config), checkClockOf('InfluxDB', new URL('/ping', influx).href)]
      : []),
    ...(travel.kind === 'osrm' ? [checkRoads(config)] : []),
    ...(messages.smtpUrl ? [checkMail(messages.smtpUrl)] : []),
    ...(messages.publicUrl?.startsWith('https:') && tls.kind === 'off'
      ? [checkShown('proxy', messages.publicUrl, 443)]
      : []),
    ...(tls.kind === 'off' ? [] : [checkTls(config)]),
    checkPush(config),
    checkProviders(config),
    // An ID token is taken by its times.
    ...signIn.providers.map(({ id, issuer }) => checkClockOf(`sign-in ${id}`, issuer)),
  ]);
  return found.flat();
};
