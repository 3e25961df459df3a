import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { asAppError } from '@kuluma/shared/errors.ts';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import { closed, orNull } from '@kuluma/shared/model/base.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { ConfigReport } from '@kuluma/shared/wire/gateway-config.ts';
import { Type } from 'typebox';
import { nothingStaged, rollBack, type StagedConfig } from './core/staged-config.ts';

const Revision = Type.Object({ revision: Type.Integer({ minimum: 1 }), yaml: Type.String() }, closed);
const Staged = Type.Object(
  { kept: orNull(Revision), trial: orNull(Revision), reports: Type.Array(ConfigReport) },
  closed,
);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What is staged in `file`; a damaged one is set aside, never a reason not to start. @throws what the file system throws */
const readStaged = async (file: string, log: Logger): Promise<StagedConfig> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return nothingStaged;
  const staged = parsed(text);
  if (isValid(Staged, staged)) return staged;
  log.error({ file, setAsideAs: `${file}.damaged` }, 'the configuration from the cloud is damaged; the file here runs');
  await rename(file, `${file}.damaged`);
  return nothingStaged;
};

/** Configurations from the cloud, in one file that is replaced as a whole: no moment has half of two of them. */
export class StagedConfigFile {
  readonly #file: string;
  readonly #log: Logger;
  #staged: StagedConfig;

  private constructor(file: string, log: Logger, staged: StagedConfig) {
    this.#file = file;
    this.#log = log;
    this.#staged = staged;
  }

  /** A trial that is found was the last that the process before did: it is rolled back. @throws what the file system throws */
  static async open(dataDir: string, log: Logger): Promise<StagedConfigFile> {
    await mkdir(dataDir, { recursive: true });
    const file = join(dataDir, 'remote-config.json');
    const staged = await readStaged(file, log);
    const opened = new StagedConfigFile(file, log, staged);
    if (staged.trial) {
      log.error(
        { revision: staged.trial.revision },
        'the agent died while it tried a configuration; it is rolled back',
      );
      await opened.set(rollBack(staged, 'the agent died during the probation'));
    }
    return opened;
  }

  get staged(): StagedConfig {
    return this.#staged;
  }

  /** Durable when it returns true. On a disk that refuses it holds for this process alone, which is logged. */
  async set(staged: StagedConfig): Promise<boolean> {
    this.#staged = staged;
    try {
      await replaceFile(this.#file, `${JSON.stringify(staged)}\n`);
      return true;
    } catch (error) {
      this.#log.error({ err: asAppError(error) }, 'what became of a configuration cannot be kept');
      return false;
    }
  }
}
