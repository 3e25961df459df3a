import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clockOf } from '@kuluma/shared/clock.ts';
import type { Actor } from '@kuluma/shared/model/base.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { readImport } from '../adapters/import-files/read-import.ts';
import { type Difference, differenceOf } from '../core/set-up/difference.ts';
import { gatewayFile } from '../core/set-up/gateway-file.ts';
import { newToken } from '../http/secrets.ts';
import { type Imported, importRecords, type NewGateway, previewImport } from '../pipelines/import-records.ts';
import { organisationIn } from '../pipelines/organisation-in.ts';
import { changeLines } from './change-lines.ts';
import { withRecords } from './with-records.ts';

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
  const tokens = gateways.map(({ key, gatewayId, token }) => `  ${key}  ${gatewayId}  ${token}`);
  return [
    ...changeLines({ differences, faults }, dryRun),
    ...(tokens.length > 0 ? ['tokens of the new gateways, shown this once:', ...tokens] : []),
    dryRun ? 'nothing was written (dry run)' : written ? 'written' : 'nothing was written',
  ].join('\n');
};

const importPath = async (path: string, options: ImportOptions): Promise<void> => {
  const input = await readImport(path);
  await withRecords(options.config, 'setUp', async (records) => {
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
  });
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
    .addHelpText('after', exampleOf('kuluma import docs/examples/import --dry-run'))
    .action(importPath);
