import { Readable } from 'node:stream';
import { AppError } from '@kuluma/shared/errors.ts';
import type { DataFormat } from '@kuluma/shared/model/data-shares.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { FastifyReply } from 'fastify';
import type { Interval } from '../core/calendar/intervals.ts';
import {
  type MachineData,
  machineDataCsv,
  machineDataHead,
  machineDataJson,
  namedSamplesOf,
} from '../pipelines/machine-data.ts';
import type { HttpDeps } from './http-deps.ts';

const longestMs = 366 * dayMs;

/** The time that somebody asks data of. @throws INPUT_INVALID for one that is empty or longer than a year */
export const askedTime = (fromMs: number, toMs: number): Interval => {
  if (toMs > fromMs && toMs - fromMs <= longestMs) return { fromMs, toMs };
  throw new AppError('INPUT_INVALID', 'the time ends after it begins, and within a year', {
    faults: [{ path: '/querystring/toAt', message: 'out of range' }],
  });
};

const types: { readonly [F in DataFormat]: string } = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** @throws INPUT_INVALID for a format that does not hold what is asked for */
export const checkFormat = (detail: MachineData['detail'], format: DataFormat): void => {
  if (detail === 'raw' || format !== 'parquet') return;
  throw new AppError('INPUT_INVALID', 'sums of hours come as JSON or CSV', {
    faults: [{ path: '/querystring/format', message: 'is not for sums of hours' }],
  });
};

const bodyOf = (
  { timeSeries, parquetOf }: Pick<HttpDeps, 'timeSeries' | 'parquetOf'>,
  data: MachineData,
  format: DataFormat,
): Readable | Promise<Readable> => {
  if (format === 'json') return Readable.from(machineDataJson(timeSeries, data));
  if (format === 'csv') return Readable.from(machineDataCsv(timeSeries, data));
  checkFormat(data.detail, format);
  return parquetOf(namedSamplesOf(timeSeries, data), { kuluma: JSON.stringify(machineDataHead(data)) });
};

/** Sends the data of a machine as a file, piece by piece. */
export const sendMachineData = async (
  deps: Pick<HttpDeps, 'timeSeries' | 'parquetOf'>,
  reply: FastifyReply,
  data: MachineData,
  format: DataFormat,
): Promise<FastifyReply> => {
  const body = await bodyOf(deps, data, format);
  reply.header('content-disposition', `attachment; filename="${data.machine.id}.${format}"`);
  return reply.type(types[format]).send(body);
};
