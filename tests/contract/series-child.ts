import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { type Order, type Report, seriesBatch } from './series-child-orders.ts';

/** The time series of the folder in the first argument, in a process of its own that can be killed or starved. */
const store = new DuckDbTimeSeries({ dir: process.argv[2] as string });
await store.start();
const tell = (report: Report): void => void process.send?.(report);

const obey = async (order: Order): Promise<void> => {
  try {
    if (order.kind === 'write') await store.write([seriesBatch(order.seq)]);
    else await store.maintain(order.nowMs);
    tell({ ...order, failed: null });
  } catch (error) {
    tell({ ...order, failed: error instanceof AppError ? error.code : String(error) });
  }
};
process.on('message', (order: Order) => void obey(order));
tell({ kind: 'write', seq: -1, failed: null });
