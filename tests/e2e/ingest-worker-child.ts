import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import { createIngest } from '@kuluma/cloud/ingest.ts';
import { GatewayPoints } from '@kuluma/cloud/pipelines/gateway-points.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';

/** One of several ingest services behind an external broker; the arguments are its folder and the addresses of the others. */
const [dataDir = '', mqttUrl = '', postgresUrl = '', influxUrl = ''] = process.argv.slice(2);
const log = createLogger('worker', process.env['KULUMA_LOG_LEVEL'] ?? 'silent');
const records = createRecords(serverDatabase({ url: postgresUrl }, log));
const timeSeries = createInfluxTimeSeries({ url: influxUrl, database: 'kuluma' });
const ingest = createIngest({
  mqtt: { kind: 'external', host: '', port: 0, url: mqttUrl, share: 'ingest' },
  ...{ records, timeSeries, dataDir, log },
  points: new GatewayPoints(records),
  clock: clockOf(Date.now),
  random: secureRandom,
});
await startParts([records, timeSeries, ingest], log);
process.stdout.write('ready\n');
process.on('disconnect', () => process.exit(0));
