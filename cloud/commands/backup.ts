import { resolve } from 'node:path';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Command } from 'commander';
import type { Manifest } from '../adapters/backup-folder/backup-folder.ts';
import { askService } from '../adapters/control-socket/control-socket.ts';
import { backUpOffline } from '../backup.ts';
import { loadCloudConfig } from '../config.ts';
import { restore } from '../restore.ts';
import { openRecords, openTimeSeries } from '../service.ts';

interface BackupOptions {
  readonly config?: string;
  readonly replace?: boolean;
}

const configOf = ({ config: file }: BackupOptions) => loadCloudConfig({ ...(file ? { file } : {}), env: process.env });

const sizeOf = ({ files }: Manifest): string =>
  `${files.length} files, ${(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB`;

const backup = async (folder: string, options: BackupOptions): Promise<void> => {
  const config = configOf(options);
  const dir = resolve(folder);
  const log = createLogger('kuluma', 'warn');
  const manifest =
    ((await askService(config.dataDir, 'backup', { dir })) as Manifest | undefined) ??
    (await backUpOffline(config, { records: openRecords(config, log), timeSeries: openTimeSeries(config) }, dir, log));
  process.stdout.write(`${dir}: ${sizeOf(manifest)}; all that was acknowledged before ${manifest.begunAt}\n`);
};

const restoreFrom = async (folder: string, options: BackupOptions): Promise<void> => {
  const config = configOf(options);
  const { manifest, asides } = await restore(
    config,
    resolve(folder),
    options.replace ?? false,
    createLogger('kuluma', 'warn'),
  );
  process.stdout.write(
    `restored ${sizeOf(manifest)}, as of ${manifest.begunAt}; the checksums are those of the back-up\n` +
      asides.map((aside) => `what was there before is in ${aside}\n`).join(''),
  );
};

/** `kuluma backup`. */
export const backupCommand = (): Command =>
  createCommand('backup', 'Write all that the service keeps into a folder, while it runs or stopped')
    .argument('<folder>', 'not there yet, or empty')
    .option('--config <file>', 'configuration of the service')
    .addHelpText('after', exampleOf('kuluma backup /backup/2026-11-22 --config kuluma.yaml'))
    .action(backup);

/** `kuluma restore`. */
export const restoreCommand = (): Command =>
  createCommand('restore', 'Fill empty stores from a back-up; the service must be stopped')
    .argument('<folder>', 'what kuluma backup wrote')
    .option('--replace', 'set embedded stores that are not empty aside; nothing is removed')
    .option('--config <file>', 'configuration of the service, which may name other stores than the one before')
    .addHelpText('after', exampleOf('kuluma restore /backup/2026-11-22 --config kuluma.yaml'))
    .action(restoreFrom);
