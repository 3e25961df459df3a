import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { type RecordOf, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { writeCsv } from '../adapters/csv-files/write-csv.ts';
import { writeSampleFile } from '../adapters/parquet-file/sample-file.ts';
import { machineModelsName } from '../core/imports/plan-import.ts';
import { printedSetUp } from '../pipelines/import-records.ts';
import { organisationIn } from '../pipelines/organisation-in.ts';
import { exportedFields, exportedKinds, recordRows } from '../pipelines/record-rows.ts';
import type { NamedSamples, Records, TimeSeriesStore } from '../ports.ts';
import { openTimeSeries } from '../service.ts';
import { withRecords } from './with-records.ts';

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
  await withRecords(options.config, 'sharing', async (records, config) => {
    const timeSeries = openTimeSeries(config);
    const running = await startParts([timeSeries], createLogger('kuluma', 'warn'));
    try {
      const points = await pointsOf(records, options);
      const rows = await writeSampleFile(options.out, samplesOf(timeSeries, points, range));
      process.stdout.write(`${rows} samples of ${points.length} points are in ${options.out}\n`);
    } finally {
      await running.stop();
    }
  });
};

interface FolderOptions {
  readonly out: string;
  readonly organisation?: string;
  readonly config?: string;
}

/** A new folder that its user alone reads: it gets names and addresses. */
const newFolder = (path: string): Promise<unknown> =>
  mkdir(path, { mode: 0o700 }).catch((cause: unknown) => {
    throw new AppError('INPUT_INVALID', `the folder ${path} cannot be made`, {
      ...{ cause, hint: 'name one that is not there yet, in a folder that is' },
    });
  });

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files that `kuluma import` reads, with what is known now. */
const exportSetUp = ({ out, organisation, config, system }: FolderOptions & { readonly system: string }) =>
  withRecords(config, 'setUp', async (records) => {
    const organisationId = await organisationIn(records, organisation);
    const deps = { clock: clockOf(Date.now), random: secureRandom };
    const { sheets, machineModels, leftOut } = await printedSetUp(deps, records, { organisationId, system });
    await newFolder(out);
    for (const { name, header, rows } of sheets) await writeCsv(join(out, `${name}.csv`), header, rows);
    await writeFile(join(out, `${machineModelsName}.json`), asJson(machineModels));
    const rows = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
    process.stdout.write(`${rows} rows and ${machineModels.length} machine models are in ${out}\n`);
    for (const { tag, id } of leftOut)
      process.stdout.write(`left out: machine ${tag} (${id}) stands at no site or is nobody's\n`);
  });

/** Every record as CSV, a file a kind, and the schema of each. */
const exportRecords = ({ out, organisation, config }: FolderOptions) =>
  withRecords(config, 'takingOut', async (records) => {
    const organisationId = await organisationIn(records, organisation);
    await newFolder(out);
    for (const kind of exportedKinds)
      await writeCsv(join(out, `${kind}.csv`), exportedFields(kind), recordRows(records, organisationId, kind));
    const schemas = Object.fromEntries(exportedKinds.map((kind) => [kind, recordKinds[kind].schema]));
    await writeFile(join(out, 'schemas.json'), asJson(schemas));
    process.stdout.write(`${exportedKinds.length} kinds of records are in ${out}\n`);
  });

const intoFolder = (name: string, description: string): Command =>
  createCommand(name, `${description}; with embedded records the service must not run meanwhile`)
    .requiredOption('--out <folder>', 'a new folder')
    .option('--organisation <id>', 'needed where there are several')
    .option('--config <file>', 'configuration of the service');

/** `kuluma export`: data for other tools. */
export const exportCommand = (): Command =>
  createCommand('export', 'Writes data for other tools')
    .addCommand(
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
    )
    .addCommand(
      intoFolder('set-up', 'Writes owners, sites, machines, people, parts and stock as the files that an import reads')
        .option('--system <name>', 'the system whose keys the rows carry; what it does not know has our id', 'import')
        .addHelpText('after', exampleOf('kuluma export set-up --out set-up'))
        .action(exportSetUp),
    )
    .addCommand(
      intoFolder('records', 'Writes every record as CSV, a file for each kind, with their schemas')
        .addHelpText('after', exampleOf('kuluma export records --out records'))
        .action(exportRecords),
    );
