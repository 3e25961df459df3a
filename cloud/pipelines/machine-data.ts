import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { type Interval, intersect } from '../core/calendar/intervals.ts';
import type { TimeSeriesStore } from '../ports.ts';

type Point = RecordOf<'measurementPoint'>;

export interface MachineData {
  readonly machine: RecordOf<'machine'>;
  readonly model: RecordOf<'machineModel'>;
  readonly points: readonly Point[];
  /** The times that the reader may see, within those that they asked for. */
  readonly ranges: readonly Interval[];
}

/** By point and time, a day at a time, so that a year fits in memory. */
async function* samplesOf(
  timeSeries: Pick<TimeSeriesStore, 'read'>,
  { points, ranges }: MachineData,
): AsyncGenerator<{ readonly point: Point; readonly samples: readonly Sample[] }> {
  for (const point of points)
    for (const range of ranges)
      for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += dayMs) {
        const [day] = intersect([range], [{ fromMs, toMs: fromMs + dayMs }]);
        const { organisationId, id: pointId } = point;
        if (day)
          yield { point, samples: await timeSeries.read({ organisationId, pointId, ...day }, { anyQuality: true }) };
      }
}

/** One document: what the machine and its points are, the times, and every sample. */
export async function* machineDataJson(
  timeSeries: Pick<TimeSeriesStore, 'read'>,
  data: MachineData,
): AsyncGenerator<string> {
  const { id: machineId, tag, serialNumber } = data.machine;
  const head = {
    machine: { machineId, tag, serialNumber, modelCode: data.model.code, modelName: data.model.name },
    ranges: data.ranges.map(({ fromMs, toMs }) => ({ fromAt: isoOf(fromMs), toAt: isoOf(toMs) })),
    points: data.points.map(({ id: pointId, name, role, unit }) => ({ pointId, name, role, unit })),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"samples":[`;
  let before = '\n';
  for await (const { point, samples } of samplesOf(timeSeries, data)) {
    let text = '';
    for (const { sampledAtMs, value, quality } of samples) {
      text += before + JSON.stringify({ pointId: point.id, at: isoOf(sampledAtMs), value, quality });
      before = ',\n';
    }
    if (text !== '') yield text;
  }
  yield ']}\n';
}

/** RFC 4180; a text that a spreadsheet would take for a formula is one no more. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A line a sample, with what its point is on each. */
export async function* machineDataCsv(
  timeSeries: Pick<TimeSeriesStore, 'read'>,
  data: MachineData,
): AsyncGenerator<string> {
  const { tag, serialNumber } = data.machine;
  const lead = [tag, serialNumber, data.model.code].map(cell).join();
  yield 'machine,serialNumber,model,point,pointId,unit,at,value,quality\r\n';
  for await (const { point, samples } of samplesOf(timeSeries, data)) {
    const of = `${lead},${cell(point.name)},${point.id},${cell(point.unit)}`;
    const lines = samples.map(
      ({ sampledAtMs, value, quality }) => `${of},${isoOf(sampledAtMs)},${value},${quality}\r\n`,
    );
    if (lines.length > 0) yield lines.join('');
  }
}
