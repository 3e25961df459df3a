import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { copyFolder, isEmptyFolder, type Manifest, openBackup } from './adapters/backup-folder/backup-folder.ts';
import { loadRecords } from './adapters/records-postgres/dump-records.ts';
import { copiedFolders, placeOf } from './backup.ts';
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

/** Makes room: nothing is removed, what is there goes into a folder beside. */
const setAside = async (place: string, name: string): Promise<string> => {
  const aside = join(dirname(place), name);
  await mkdir(aside, { recursive: true });
  await rename(place, join(aside, basename(place)));
  return aside;
};

export interface Restored {
  readonly manifest: Manifest;
  /** Folders that hold what was there before. */
  readonly asides: readonly string[];
}

/**
 * Fills empty stores and an empty data folder from a back-up, each part compared with it. No service may run on them.
 * @param replace sets embedded stores that are not empty aside; a server has to give an empty database.
 * @throws CONFLICT where something is not empty; INPUT_INVALID when the back-up is damaged
 */
export const restore = async (config: CloudConfig, dir: string, replace: boolean, log: Logger): Promise<Restored> => {
  const manifest = await openBackup(dir);
  await refuseIfInUse(config.dataDir);
  const full: string[] = [];
  for (const place of targetsIn(config).map((folder) => resolve(placeOf(config, folder))))
    if (!(await isEmptyFolder(place))) full.push(place);
  if (full.length > 0 && !replace)
    throw new AppError('CONFLICT', `${full.join(', ')}: not empty`, {
      hint: '--replace sets aside what is there; nothing is removed',
    });
  const name = `replaced-${new Date().toISOString().replaceAll(':', '-')}`;
  const asides = new Set<string>();
  for (const place of full) asides.add(await setAside(place, name));
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
  for (const folder of ['inbox', ...copiedFolders]) await copyFolder(join(dir, folder), placeOf(config, folder));
  return { manifest, asides: [...asides] };
};
