import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createIngest, type Ingest, type IngestOptions } from '@kuluma/cloud/ingest.ts';
import { GatewayPoints } from '@kuluma/cloud/pipelines/gateway-points.ts';
import type { Records, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { someAssignment, someGateway, someId } from '../contract/some-records.ts';

export interface RunningIngest {
  readonly ingest: Ingest;
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  stop(): Promise<void>;
}

/** Broker, inbox and embedded stores over one folder. @param wrap stands between ingest and the time series store. */
export const startIngest = async (
  dir: string,
  options: Partial<IngestOptions> = {},
  wrap = (store: TimeSeriesStore): TimeSeriesStore => store,
): Promise<RunningIngest> => {
  const log = createLogger('test', process.env['KULUMA_LOG_LEVEL'] ?? 'silent');
  const store = createRecords(pgliteDatabase(join(dir, 'records')));
  const points = new GatewayPoints(store);
  const records = points.watched;
  const timeSeries = new DuckDbTimeSeries({ dir: join(dir, 'samples') });
  const ingest = createIngest({
    records,
    timeSeries: wrap(timeSeries),
    points,
    clock: clockOf(Date.now),
    random: secureRandom,
    log,
    dataDir: dir,
    mqtt: { kind: 'embedded', host: '127.0.0.1', port: 0, share: 'ingest' },
    ...options,
  });
  const parts = await startParts([store, timeSeries, ingest], log);
  return { ingest, records, timeSeries, stop: parts.stop };
};

export const token = 'a token of a test';

export interface TestPlant {
  readonly organisationId: Id<'organisation'>;
  readonly gatewayId: Id<'gateway'>;
  readonly pointIds: readonly Id<'measurementPoint'>[];
}

/** One gateway with points that it feeds since 1970. */
export const addPlant = async (records: Records, points: number): Promise<TestPlant> => {
  const organisationId = someId('organisation');
  const gateway = someGateway(organisationId, createHash('sha256').update(token).digest('hex'));
  const pointIds = Array.from({ length: points }, () => someId('measurementPoint'));
  await records.transact(async (tx) => {
    await tx.insert('gateway', gateway);
    for (const pointId of pointIds)
      await tx.insert(
        'pointAssignment',
        someAssignment(organisationId, pointId, gateway.id, { fromMs: 0, toMs: null }),
      );
  });
  return { organisationId, gatewayId: gateway.id, pointIds };
};

/** A connection of that gateway that does not come back by itself. */
export const connectGateway = (url: string, gatewayId: string, options: IClientOptions = {}): Promise<MqttClient> =>
  mqtt.connectAsync(url, {
    clientId: gatewayId,
    username: gatewayId,
    password: token,
    reconnectPeriod: 0,
    ...options,
  });
