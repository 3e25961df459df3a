import type { Id } from '../model/base.ts';
import { type SampleColumns, sampleQualities } from '../model/sample.ts';
import { type ByteReader, type ByteWriter, refuse } from './bytes.ts';
import { readRuns, readValues, writeRuns, writeValues } from './columns.ts';

/** Samples whose points stand in a table of their own, named by its content: see letter.ts. */
export interface TableSamples extends Omit<SampleColumns, 'pointIds'> {
  readonly tableId: string;
}

/** Of one record. */
export const mostSamples = 10_000;
/** Of one table. */
export const mostTablePoints = 2000;

const tableIdBytes = 8;
const mostInstant = 8_640_000_000_000_000;
const uncertain = sampleQualities.indexOf('uncertain');

/** Table, count, then the columns: point, time, quality, value. */
export const writeSamples = (writer: ByteWriter, samples: TableSamples): void => {
  const { tableId, point, sampledAtMs, value, quality, count } = samples;
  if (count < 1 || count > mostSamples) refuse('/samples/count', `must be 1 to ${mostSamples}`);
  writer.bytes(Buffer.from(tableId, 'hex'));
  writer.count(count);
  // Neighbours in a device's block are neighbours in the table.
  writeRuns(writer, count, (i) => (point[i] as number) - (i > 0 ? (point[i - 1] as number) + 1 : 0));
  writeRuns(writer, count, (i) => (sampledAtMs[i] as number) - (i > 0 ? (sampledAtMs[i - 1] as number) : 0));
  writeRuns(writer, count, (i) => quality[i] as number);
  writeValues(writer, value);
};

/** What `writeSamples` wrote. @throws INPUT_INVALID with the place of what it would not have written */
export const readSamples = (reader: ByteReader): TableSamples => {
  const tableId = Buffer.from(reader.bytes(tableIdBytes, '/samples/tableId')).toString('hex');
  const count = reader.count('/samples/count', mostSamples);
  if (count < 1) refuse('/samples/count', 'must be at least 1');
  const point = new Uint32Array(count);
  let next = 0;
  readRuns(reader, count, '/samples/point', (step, i) => {
    next += step;
    if (next < 0 || next >= mostTablePoints) refuse(`/samples/point/${i}`, 'must be an index into a table');
    point[i] = next++;
  });
  const sampledAtMs = new Float64Array(count);
  let timeMs = 0;
  readRuns(reader, count, '/samples/sampledAtMs', (step, i) => {
    timeMs += step;
    if (timeMs < 0 || timeMs > mostInstant) refuse(`/samples/sampledAtMs/${i}`, 'must be an instant');
    sampledAtMs[i] = timeMs;
  });
  const quality = new Uint8Array(count);
  readRuns(reader, count, '/samples/quality', (index, i) => {
    if (sampleQualities[index] === undefined) refuse(`/samples/quality/${i}`, 'must be a known quality');
    quality[i] = index;
  });
  return { tableId, count, point, sampledAtMs, quality, value: readValues(reader, count, '/samples/value') };
};

/** The samples with their points. @throws INPUT_INVALID where one is not in the table */
export const withPoints = (
  { tableId: _, ...columns }: TableSamples,
  pointIds: readonly Id<'measurementPoint'>[],
): SampleColumns => {
  const outside = columns.point.findIndex((index) => index >= pointIds.length);
  if (outside >= 0) refuse(`/samples/point/${outside}`, `must be below ${pointIds.length}`);
  return { ...columns, pointIds };
};

/** The samples `shiftMs` later, good ones uncertain from then on. */
export const restampedSamples = (samples: TableSamples, shiftMs: number): TableSamples => ({
  ...samples,
  sampledAtMs: samples.sampledAtMs.map((ms) => ms + shiftMs),
  quality: samples.quality.map((quality) => Math.max(quality, uncertain)),
});
