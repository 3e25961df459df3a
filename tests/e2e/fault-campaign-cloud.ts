import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createIngest } from '@kuluma/cloud/ingest.ts';
import { GatewayPoints } from '@kuluma/cloud/pipelines/gateway-points.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import { startParts, untilSignal } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';

/**
 * Ingest into DuckDB, in a process that can be killed: behind its own broker on --port, or behind that of --broker. It
 * says `ready` and then `s N` whenever more samples are stored. SIGTERM ends it once all is stored.
 */
const { values: given } = parseArgs({
  options: {
    dir: { type: 'string', default: '' },
    records: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    broker: { type: 'string' },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const log = createLogger('cloud', process.env['KULUMA_LOG_LEVEL'] ?? 'silent');
const ended = untilSignal();
const store = createRecords(serverDatabase({ url: given.records }, log));
const points = new GatewayPoints(store);
const timeSeries = new DuckDbTimeSeries({ dir: join(given.dir, 'series') });
const at = { host: '127.0.0.1', port: Number(given.port), share: 'ingest' };
const ingest = createIngest({
  records: points.watched,
  timeSeries,
  points,
  clock: clockOf(Date.now),
  random: secureRandom,
  log,
  dataDir: given.dir,
  mqtt: given.broker ? { ...at, kind: 'external', url: given.broker } : { ...at, kind: 'embedded' },
});
const running = await startParts([store, timeSeries, ingest], log);
say('ready');
// A process that is killed never writes its cache.
flushCompileCache();
let told = 0;
const telling = setInterval(() => {
  const { stored } = ingest.counters();
  if (stored > told) say(`s ${stored}`);
  told = stored;
}, 50);
await ended;
await ingest.settled();
clearInterval(telling);
await running.stop();
