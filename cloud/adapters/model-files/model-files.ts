import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { type ForecastModel, modelFromJson, modelToJson } from '../../core/forecast/model.ts';

const hashOf = (json: string): string => createHash('sha256').update(json).digest('hex');

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Trained models in a folder, each in a file named by the SHA-256 of its bytes. Models that were read stay in memory. */
export class ModelFiles {
  readonly #dir: string;
  readonly #read = new Map<string, ForecastModel>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Keeps the model; the same model is kept once. */
  async put(model: ForecastModel): Promise<{ file: string; hash: string }> {
    const json = modelToJson(model);
    const hash = hashOf(json);
    const file = `${hash}.json`;
    await mkdir(this.#dir, { recursive: true });
    // Written aside first, so that a name never stands for half a model.
    await writeFile(join(this.#dir, `${file}.part`), json);
    await rename(join(this.#dir, `${file}.part`), join(this.#dir, file));
    this.#read.set(file, model);
    return { file, hash };
  }

  /** @throws INPUT_INVALID when the file is missing, or is not what its name says. */
  async get(file: string): Promise<ForecastModel> {
    const known = this.#read.get(file);
    if (known) return known;
    const json = await readFile(join(this.#dir, file), 'utf8').catch((cause: unknown) => {
      if (!isMissing(cause)) throw cause;
      throw new AppError('INPUT_INVALID', `the model file ${file} is missing`, {
        cause,
        hint: 'train the model again',
      });
    });
    if (`${hashOf(json)}.json` !== file)
      throw new AppError('INPUT_INVALID', `the model file ${file} was changed`, { hint: 'train the model again' });
    const model = modelFromJson(json);
    this.#read.set(file, model);
    return model;
  }
}
