import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { createCommand } from '@kuluma/shared/node/command.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Command } from 'commander';
import { writeSampleFile } from '../adapters/parquet-file/sample-file.ts';
import { loadCloudConfig } from '../config.ts';
import type { NamedSamples, Records, TimeSeriesStore } from '../ports.ts';
import { openRecords, openTimeSeries } from '../service.ts';

interface ExportOptions {
  readonly machine?: string;
  readonly point?: string;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly config?: string;
}

const instantOf = (text: string, option: string): number => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new AppError('INPUT_INVALID', `${option} is no instant: ${text}`, { hint: 'such as 2026-11-01' });
  return ms;
};

/** The points of the machine, or the one point, in whichever organisation. */
const pointsOf = async (
  records: Records,
  { machine, point }: ExportOptions,
): Promise<RecordOf<'measurementPoint'>[]> => {
  const found: RecordOf<'measurementPoint'>[] = [];
  for (const organisationId of await records.organisationIds()) {
    if (machine)
      found.push(...(await records.list('measurementPoint', organisationId, { where: { machineId: machine } })));
    const one = point && (await records.get('measurementPoint', organisationId, point));
    if (one) found.push(one);
  }
  if (found.length === 0) throw new AppError('NOT_FOUND', 'there is no such machine or measurement point');
  return found;
};

/** A day at a time, so that a year fits in memory. */
async function* samplesOf(
  timeSeries: TimeSeriesStore,
  points: readonly RecordOf<'measurementPoint'>[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): AsyncGenerator<NamedSamples> {
  for (const { id: pointId, organisationId, name, unit } of points)
    for (let atMs = fromMs; atMs < toMs; atMs += dayMs) {
      const range = { organisationId, pointId, fromMs: atMs, toMs: Math.min(toMs, atMs + dayMs) };
      yield { name, unit, samples: await timeSeries.read(range, { anyQuality: true }) };
    }
}

const exportSamples = async (options: ExportOptions): Promise<void> => {
  if ((options.machine === undefined) === (options.point === undefined))
    throw new AppError('INPUT_INVALID', 'name either a machine or a point', { hint: '--machine ID or --point ID' });
  const range = { fromMs: instantOf(options.from, '--from'), toMs: instantOf(options.to, '--to') };
  const config = loadCloudConfig({ ...(options.config ? { file: options.config } : {}), env: process.env });
  const log = createLogger('kuluma', 'warn');
  const [records, timeSeries] = [openRecords(config, log), openTimeSeries(config)];
  const running = await startParts([records, timeSeries], log);
  try {
    const points = await pointsOf(records, options);
    const rows = await writeSampleFile(options.out, samplesOf(timeSeries, points, range));
    process.stdout.write(`${rows} samples of ${points.length} points are in ${options.out}\n`);
  } finally {
    await running.stop();
  }
};

/** `kuluma export`: data for other tools. */
export const exportCommand = (): Command =>
  createCommand('export', 'Writes data for other tools').addCommand(
    createCommand('samples', 'Writes samples into a Parquet file; embedded stores need the service stopped')
      .option('--machine <id>', 'all points of this machine')
      .option('--point <id>', 'this measurement point')
      .requiredOption('--from <instant>', 'ISO 8601, inclusive')
      .requiredOption('--to <instant>', 'ISO 8601, exclusive')
      .requiredOption('--out <file>', 'the file to write')
      .option('--config <file>', 'configuration of the service')
      .addHelpText(
        'after',
        '\nExample:\n  $ kuluma export samples --machine mch_... --from 2026-11-01 --to 2026-12-01 --out november.parquet',
      )
      .action(exportSamples),
  );
