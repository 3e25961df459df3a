import { timeOf } from '../../core/history/fleet-history.ts';
import { rowAfter } from '../../core/history/lives.ts';
import { FaultList, openCsv, placeOf } from './csv-table.ts';
import type { FleetFolder } from './read-fleet.ts';

/** A forecast asked for: row of a machine, by position, and the text of the time to repeat. */
export interface ForecastRequest {
  readonly machine: number;
  readonly row: number;
  readonly t: string;
}

/**
 * Reads a CSV `machine,t` of the times at which forecasts are wanted; a time between rows is served by the row before.
 * @throws AppError INPUT_INVALID for an unknown machine, or a time that is none or lies before the machine's first row.
 */
export const readRequests = async (path: string, { history }: FleetFolder): Promise<ForecastRequest[]> => {
  const faults = new FaultList();
  const table = await openCsv(path, ['machine', 't'], faults);
  faults.throwIfAny();
  const machineAt = table.columns.get('machine') as number;
  const timeAt = table.columns.get('t') as number;
  const positions = new Map(history.machines.map(({ machine }, i) => [machine, i]));
  const requests: ForecastRequest[] = [];
  for await (const { fields, line } of table.records) {
    const machine = positions.get(fields[machineAt] ?? '');
    if (machine === undefined) {
      faults.add({
        path: placeOf(table, line, machineAt),
        message: `there is no machine "${fields[machineAt] ?? ''}" in telemetry`,
      });
      continue;
    }
    const text = fields[timeAt] ?? '';
    const rows = history.machines[machine]?.t ?? new Float64Array();
    const row = rowAfter(rows, timeOf(text, history.meta.timeUnit)) - 1;
    if (!Number.isFinite(timeOf(text, history.meta.timeUnit)) || row < 0)
      faults.add({
        path: placeOf(table, line, timeAt),
        message: `t is "${text}", not a time from the machine's first row on`,
      });
    else requests.push({ machine, row, t: text });
  }
  faults.throwIfAny();
  return requests;
};
