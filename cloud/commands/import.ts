import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import { createCommand } from '@kuluma/shared/node/command.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { readImport } from '../adapters/import-files/read-import.ts';
import { loadCloudConfig } from '../config.ts';
import { type Difference, differenceOf } from '../core/set-up/difference.ts';
import { gatewayFile } from '../core/set-up/gateway-file.ts';
import { newToken } from '../http/secrets.ts';
import { type Imported, importRecords, type NewGateway, previewImport } from '../pipelines/import-records.ts';
import type { Records } from '../ports.ts';
import { openRecords } from '../service.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly leaveOutWrong?: boolean;
  readonly system: string;
  readonly organisation?: string;
  readonly gatewayFiles?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const actor: Actor = { kind: 'policy', name: 'import' };

/** The organisation that is wanted, or the only one. @throws NOT_FOUND; INPUT_INVALID where one has to be named */
export const organisationIn = async (records: Records, wanted: string | undefined): Promise<Id<'organisation'>> => {
  const ids = await records.organisationIds();
  const found = wanted === undefined ? ids : ids.filter((id) => id === wanted);
  const [only] = found;
  if (only && found.length === 1) return only;
  if (ids.length === 0)
    throw new AppError('NOT_FOUND', 'there is no organisation yet', { hint: 'make one with "kuluma admin create"' });
  if (wanted !== undefined) throw new AppError('NOT_FOUND', `there is no organisation ${wanted}`);
  throw new AppError('INPUT_INVALID', 'there are several organisations', {
    hint: `--organisation ${ids.join(' or ')}`,
  });
};

const valueText = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const lineOf = ({ place, key, kind, change, fields }: Difference): string => {
  const what = fields.map(({ name, from, to }) => `${name} ${valueText(from)} -> ${valueText(to)}`).join(', ');
  return `  ${place}  ${change} ${kind} for "${key}"${what ? `: ${what}` : ''}`;
};

const tallyOf = (differences: readonly Difference[]): string[] =>
  [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, list]) => {
    const fresh = list.filter(({ change }) => change === 'new').length;
    return `  ${kind}: ${fresh} new, ${list.length - fresh} changed`;
  });

const writeGatewayFiles = async (folder: string, organisationId: string, gateways: readonly NewGateway[]) => {
  await mkdir(folder, { recursive: true });
  // They hold tokens: nobody else reads them, and none that is there is written over.
  for (const gateway of gateways)
    await writeFile(join(folder, `${gateway.gatewayId}.yaml`), gatewayFile({ organisationId, ...gateway }), {
      mode: 0o600,
      flag: 'wx',
    });
};

const textOf = (
  { faults, written, gateways }: Imported,
  differences: readonly Difference[],
  dryRun: boolean,
): string => {
  const wrong = faults.map(({ path, message, hint }) => `  ${path}: ${message}${hint ? ` (${hint})` : ''}`);
  const tokens = gateways.map(({ key, gatewayId, token }) => `  ${key}  ${gatewayId}  ${token}`);
  return [
    ...(dryRun ? differences.map(lineOf) : []),
    ...(differences.length > 0 ? tallyOf(differences) : ['  nothing to change']),
    ...(wrong.length > 0 ? [`${wrong.length} wrong:`, ...wrong] : []),
    ...(tokens.length > 0 ? ['tokens of the new gateways, shown this once:', ...tokens] : []),
    dryRun ? 'nothing was written (dry run)' : written ? 'written' : 'nothing was written',
  ].join('\n');
};

const importPath = async (path: string, options: ImportOptions): Promise<void> => {
  const input = await readImport(path);
  const config = loadCloudConfig({ ...(options.config ? { file: options.config } : {}), env: process.env });
  const log = createLogger('kuluma', 'warn');
  const records = openRecords(config, log);
  const running = await startParts([records], log);
  try {
    const organisationId = await organisationIn(records, options.organisation);
    const deps = { clock: clockOf(Date.now), random: secureRandom, secret: newToken };
    const request = { organisationId, system: options.system, actor, leaveOutWrong: options.leaveOutWrong === true };
    const result: Imported = options.dryRun
      ? { ...(await previewImport(deps, records, request, input)), written: false, gateways: [] }
      : await importRecords(deps, records, request, input);
    const { faults, written, gateways } = result;
    if (options.gatewayFiles !== undefined) await writeGatewayFiles(options.gatewayFiles, organisationId, gateways);
    const differences = result.touched.map(differenceOf);
    const text = options.json
      ? JSON.stringify({ written, differences, faults, gateways })
      : textOf(result, differences, options.dryRun === true);
    process.stdout.write(`${text}\n`);
    if (faults.length > 0) process.exitCode = 2;
  } finally {
    await running.stop();
  }
};

/** `kuluma import`. */
export const importCommand = (): Command =>
  createCommand(
    'import',
    'Bring in owners, sites, machines, points, gateways, parts, technicians and past orders; with embedded records the service must not run meanwhile',
  )
    .argument('<path>', 'a CSV file, or a folder of them (docs/import.md says which)')
    .option('--dry-run', 'show what would change, write nothing')
    .option('--leave-out-wrong', 'import the rest although some rows are wrong')
    .option('--system <name>', 'the system whose keys the rows carry', 'import')
    .option('--organisation <id>', 'needed where there are several')
    .option('--gateway-files <folder>', 'write the beginning of a gateway.yaml for each new gateway there')
    .option('--config <file>', 'configuration of the service')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ npx kuluma import docs/examples/import --dry-run\n')
    .action(importPath);
