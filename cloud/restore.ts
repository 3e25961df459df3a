import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { copyFolder, isEmptyFolder, type Manifest, openBackup } from './adapters/backup-folder/backup-folder.ts';
import { loadRecords } from './adapters/records-postgres/dump-records.ts';
import { copiedFolders } from './backup.ts';
import type { CloudConfig } from './config.ts';
import { openDatabase, openTimeSeries } from './service.ts';

/** Folders of `dataDir` that a restore fills. */
const targetsIn = ({ records, timeSeries }: CloudConfig): string[] => [
  ...(records.kind === 'pglite' ? ['records'] : []),
  ...(timeSeries.kind === 'duckdb' ? ['series'] : []),
  'inbox',
  ...copiedFolders,
];

/** @throws STORE_LOCKED while a process uses one of the folders */
const refuseIfInUse = async (dataDir: string): Promise<void> => {
  for (const folder of ['records', 'series', 'inbox/alarm', 'inbox/live', 'inbox/history'])
    if (existsSync(join(dataDir, folder))) await (await lockFolder(join(dataDir, folder))).release();
};

/** Makes room in `dataDir`: nothing is removed, what is there goes into a folder beside. @returns that folder */
const setAside = async (dataDir: string, folders: readonly string[]): Promise<string> => {
  const aside = join(dataDir, `replaced-${new Date().toISOString().replaceAll(':', '-')}`);
  await mkdir(aside, { recursive: true });
  for (const folder of folders)
    if (existsSync(join(dataDir, folder))) await rename(join(dataDir, folder), join(aside, folder));
  return aside;
};

export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there before is kept. */
  readonly aside: string | undefined;
}

/**
 * Fills empty stores and an empty data folder from a back-up, each part compared with it. No service may run on them.
 * @param replace sets embedded stores that are not empty aside; a server has to give an empty database.
 * @throws CONFLICT where something is not empty; INPUT_INVALID when the back-up is damaged
 */
export const restore = async (config: CloudConfig, dir: string, replace: boolean, log: Logger): Promise<Restored> => {
  const manifest = await openBackup(dir);
  const dataDir = resolve(config.dataDir);
  await refuseIfInUse(dataDir);
  const targets = targetsIn(config);
  let aside: string | undefined;
  for (const folder of targets)
    if (!(await isEmptyFolder(join(dataDir, folder)))) {
      if (!replace)
        throw new AppError('CONFLICT', `${join(dataDir, folder)} is not empty`, {
          hint: '--replace sets aside what is there; nothing is removed',
        });
      aside ??= await setAside(dataDir, targets);
    }
  const database = openDatabase(config, log);
  await database.open();
  try {
    await loadRecords(database, join(dir, 'records'));
  } finally {
    await database.close();
  }
  const timeSeries = openTimeSeries(config);
  const running = await startParts([timeSeries], log);
  try {
    await timeSeries.load(join(dir, 'series'));
  } finally {
    await running.stop();
  }
  for (const folder of ['inbox', ...copiedFolders]) await copyFolder(join(dir, folder), join(dataDir, folder));
  return { manifest, aside };
};
