import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { Interval } from '../core/calendar/intervals.ts';
import { disarmed } from '../core/imports/formula-cells.ts';
import type { Bucket, NamedSamples, TimeSeriesStore } from '../ports.ts';

type Point = RecordOf<'measurementPoint'>;
type Store = Pick<TimeSeriesStore, 'read' | 'downsample'>;

export interface MachineData {
  readonly machine: RecordOf<'machine'>;
  readonly model: RecordOf<'machineModel'>;
  readonly points: readonly Point[];
  /** The times that the reader may see, within those that they asked for. */
  readonly ranges: readonly Interval[];
  /** Every sample, or what the good ones of each hour come to. */
  readonly detail: 'raw' | 'hours';
}

/** By point and time, a day (UTC) at a time, so that a year fits in memory and no hour is cut in two. */
async function* daysOf({
  points,
  ranges,
}: MachineData): AsyncGenerator<{ readonly point: Point; readonly day: Interval }> {
  for (const point of points)
    for (const range of ranges)
      for (let fromMs = range.fromMs; fromMs < range.toMs; ) {
        const toMs = Math.min(range.toMs, (Math.floor(fromMs / dayMs) + 1) * dayMs);
        yield { point, day: { fromMs, toMs } };
        fromMs = toMs;
      }
}

interface Row {
  readonly at: string;
  readonly values: Readonly<Record<string, number | string>>;
}

const ofSample = ({ sampledAtMs, value, quality }: Sample): Row => ({
  at: isoOf(sampledAtMs),
  values: { value, quality },
});
const ofHour = ({ startMs, mean, min, max, count }: Bucket): Row => ({
  at: isoOf(startMs),
  values: { mean, min, max, count },
});
const columns = { raw: ['value', 'quality'], hours: ['mean', 'min', 'max', 'count'] } as const;

async function* rowsOf(
  timeSeries: Store,
  data: MachineData,
): AsyncGenerator<{ readonly point: Point; readonly rows: readonly Row[] }> {
  for await (const { point, day } of daysOf(data)) {
    const range = { organisationId: point.organisationId, pointId: point.id, ...day };
    const rows =
      data.detail === 'raw'
        ? (await timeSeries.read(range, { anyQuality: true })).map(ofSample)
        : (await timeSeries.downsample(range, hourMs)).map(ofHour);
    yield { point, rows };
  }
}

/** What the machine and its points are, and which times: what makes the numbers readable without us. */
export const machineDataHead = ({ machine, model, points, ranges, detail }: MachineData) => ({
  machine: {
    ...{ machineId: machine.id, tag: machine.tag, serialNumber: machine.serialNumber },
    ...{ modelCode: model.code, modelName: model.name },
  },
  ranges: ranges.map(({ fromMs, toMs }) => ({ fromAt: isoOf(fromMs), toAt: isoOf(toMs) })),
  points: points.map(({ id: pointId, name, role, unit }) => ({ pointId, name, role, unit })),
  detail,
});

/** One document: what the machine and its points are, the times, and every sample. */
export async function* machineDataJson(timeSeries: Store, data: MachineData): AsyncGenerator<string> {
  yield `${JSON.stringify(machineDataHead(data)).slice(0, -1)},"samples":[`;
  let before = '\n';
  for await (const { point, rows } of rowsOf(timeSeries, data)) {
    let text = '';
    for (const { at, values } of rows) {
      text += before + JSON.stringify({ pointId: point.id, at, ...values });
      before = ',\n';
    }
    if (text !== '') yield text;
  }
  yield ']}\n';
}

/** RFC 4180, for people with a spreadsheet. */
const cell = (text: string): string => {
  const safe = disarmed(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const leadOf = ({ machine, model }: Pick<MachineData, 'machine' | 'model'>): string =>
  [machine.tag, machine.serialNumber, model.code].map(cell).join();
const cellsOf = ({ id, name, unit }: Point): string => [cell(name), id, cell(unit)].join();

/** About how long a line of a sample is, for those who want to know before they ask. */
export const csvLineBytes = (of: Pick<MachineData, 'machine' | 'model'> & { readonly point: Point }): number =>
  new TextEncoder().encode(`${leadOf(of)},${cellsOf(of.point)},${isoOf(0)},12.345,good\r\n`).length;

/** A line a sample, with what its point is on each. */
export async function* machineDataCsv(timeSeries: Store, data: MachineData): AsyncGenerator<string> {
  const lead = leadOf(data);
  yield `machine,serialNumber,model,point,pointId,unit,at,${columns[data.detail].join()}\r\n`;
  for await (const { point, rows } of rowsOf(timeSeries, data)) {
    const of = `${lead},${cellsOf(point)}`;
    const lines = rows.map(
      ({ at, values }) => `${of},${at},${columns[data.detail].map((name) => values[name]).join()}\r\n`,
    );
    if (lines.length > 0) yield lines.join('');
  }
}

/** Every sample with the name and unit of its point, for a Parquet file. */
export async function* namedSamplesOf(timeSeries: Store, data: MachineData): AsyncGenerator<NamedSamples> {
  for await (const { point, day } of daysOf(data)) {
    const range = { organisationId: point.organisationId, pointId: point.id, ...day };
    yield { name: point.name, unit: point.unit, samples: await timeSeries.read(range, { anyQuality: true }) };
  }
}
