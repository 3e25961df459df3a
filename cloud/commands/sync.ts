import { clockOf } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { Command } from 'commander';
import { businessPlace, businessSystems } from '../business.ts';
import { loadCloudConfig } from '../config.ts';
import { differenceOf } from '../core/set-up/difference.ts';
import { newToken } from '../http/secrets.ts';
import { readBusiness } from '../pipelines/exchange-business.ts';
import { changeLines } from './change-lines.ts';
import { withRecords } from './with-records.ts';

interface SyncOptions {
  readonly dryRun?: boolean;
  readonly config?: string;
}

const sync = async (options: SyncOptions): Promise<void> => {
  const config = loadCloudConfig({ ...(options.config ? { file: options.config } : {}), env: process.env });
  const systems = businessSystems(config);
  if (systems.length === 0)
    throw new AppError('CONFIG_INVALID', 'no CRM and no ERP is configured', {
      hint: 'docs/business-systems.md says how',
    });
  const isTrial = options.dryRun === true;
  await withRecords(options.config, 'business', async (records) => {
    const deps = { records, clock: clockOf(Date.now), random: secureRandom, secret: newToken };
    for (const system of systems) {
      const { touched, faults } = await readBusiness(deps, await businessPlace(config, records, system), isTrial);
      const lines = changeLines({ differences: touched.map(differenceOf), faults }, isTrial);
      process.stdout.write(`${system.system}\n${lines.join('\n')}\n`);
      if (faults.length > 0) process.exitCode = 2;
    }
    process.stdout.write(isTrial ? 'nothing was written (dry run)\n' : 'written\n');
  });
};

/** `kuluma sync`. */
export const syncCommand = (): Command =>
  createCommand(
    'sync',
    'Read customers, contacts, parts and stock from the CRM and the ERP now; with embedded records the service must not run meanwhile',
  )
    .option('--dry-run', 'show what would change, write nothing')
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma sync --dry-run'))
    .action(sync);
