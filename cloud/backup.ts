import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { type Part, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { copyFolder, isEmptyFolder, type Manifest, sealBackup } from './adapters/backup-folder/backup-folder.ts';
import { codeVersion } from './commands/code-version.ts';
import type { Dumpable } from './ports.ts';

/** What is written down while it changes. */
export interface BackedUpStores {
  readonly records: Dumpable;
  readonly timeSeries: Dumpable;
  readonly inbox: Dumpable;
}

/** Folders of `dataDir` whose files never change once they are whole. */
export const copiedFolders = ['models', 'files', 'quarantine', 'tls', 'push'] as const;

/** Where a service keeps its files. */
export interface DataFolders {
  readonly dataDir: string;
  /** Of models, photos and keys of web push; `dataDir` unless processes share them. */
  readonly sharedDir?: string | undefined;
}

const sharedFolders: ReadonlySet<string> = new Set(['models', 'files', 'push']);

export const placeOf = ({ dataDir, sharedDir = dataDir }: DataFolders, folder: string): string =>
  join(sharedFolders.has(folder) ? sharedDir : dataDir, folder);

const isoNow = (): string => new Date().toISOString();

/**
 * Writes all that the service keeps into an empty folder. The order makes it whole: a letter is in the inbox until it is
 * in the stores, so the inbox goes first; records name files and models, so these go last.
 * @throws CONFLICT when the folder holds anything
 */
export const backUp = async (folders: DataFolders, stores: BackedUpStores, dir: string): Promise<Manifest> => {
  if (!(await isEmptyFolder(dir)))
    throw new AppError('CONFLICT', `${dir} is not empty`, { hint: 'name a folder that is not there yet' });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const begunAt = isoNow();
  await stores.inbox.dump(join(dir, 'inbox'));
  await stores.records.dump(join(dir, 'records'));
  await stores.timeSeries.dump(join(dir, 'series'));
  for (const folder of copiedFolders) await copyFolder(placeOf(folders, folder), join(dir, folder));
  return sealBackup(dir, { codeVersion: codeVersion(), begunAt, endedAt: isoNow() });
};

/** With no service on the data folder: what its inbox holds lies still. */
export const backUpOffline = async (
  folders: DataFolders,
  stores: { readonly records: Dumpable & Part; readonly timeSeries: Dumpable & Part },
  dir: string,
  log: Logger,
): Promise<Manifest> => {
  const running = await startParts([stores.records, stores.timeSeries], log);
  const from = join(folders.dataDir, 'inbox');
  try {
    return await backUp(folders, { ...stores, inbox: { dump: (to) => copyFolder(from, to) } }, dir);
  } finally {
    await running.stop();
  }
};
