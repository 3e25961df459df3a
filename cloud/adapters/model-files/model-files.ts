import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzip, gzip } from 'node:zlib';
import { AppError } from '@kuluma/shared/errors.ts';
import { type ForecastModel, modelFromJson, modelToJson } from '../../core/forecast/model.ts';
import type { FleetHistory } from '../../core/history/fleet-history.ts';
import type { TrainingSummary } from '../../core/model-life/training-summary.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Trained models in a folder, each in a file named by the SHA-256 of its bytes, and beside them in the same way what
 * their trainings saw. Models and summaries that were read stay in memory, histories do not.
 */
export class ModelFiles {
  readonly #dir: string;
  readonly #read = new Map<string, unknown>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Keeps the model; the same model is kept once. */
  async put(model: ForecastModel): Promise<{ file: string; hash: string }> {
    const kept = await this.#write(modelToJson(model), 'json');
    this.#read.set(kept.file, model);
    return kept;
  }

  /** @throws INPUT_INVALID when the file is missing, or is not what its name says. */
  get(file: string): Promise<ForecastModel> {
    return this.#remembered(file, (bytes) => modelFromJson(bytes.toString('utf8')));
  }

  async putSummary(summary: TrainingSummary): Promise<string> {
    const { file } = await this.#write(`${JSON.stringify(summary)}\n`, 'summary.json');
    this.#read.set(file, summary);
    return file;
  }

  /** @throws INPUT_INVALID as `get` does. */
  getSummary(file: string): Promise<TrainingSummary> {
    return this.#remembered(file, (bytes) => JSON.parse(bytes.toString('utf8')) as TrainingSummary);
  }

  async putHistory(history: FleetHistory): Promise<string> {
    const { file } = await this.#write(await zip(serialize(history)), 'history.gz');
    return file;
  }

  /** @throws INPUT_INVALID as `get` does. */
  async getHistory(file: string): Promise<FleetHistory> {
    return deserialize(await unzip(await this.#bytesOf(file))) as FleetHistory;
  }

  async #write(bytes: string | Uint8Array, ending: string): Promise<{ file: string; hash: string }> {
    const hash = hashOf(bytes);
    const file = `${hash}.${ending}`;
    await mkdir(this.#dir, { recursive: true });
    // Written aside first, so that a name never stands for half a file.
    await writeFile(join(this.#dir, `${file}.part`), bytes);
    await rename(join(this.#dir, `${file}.part`), join(this.#dir, file));
    return { file, hash };
  }

  async #bytesOf(file: string): Promise<Buffer> {
    const bytes = await readFile(join(this.#dir, file)).catch((cause: unknown) => {
      if (!isMissing(cause)) throw cause;
      throw new AppError('INPUT_INVALID', `the model file ${file} is missing`, {
        cause,
        hint: 'train the model again',
      });
    });
    if (!file.startsWith(`${hashOf(bytes)}.`))
      throw new AppError('INPUT_INVALID', `the model file ${file} was changed`, { hint: 'train the model again' });
    return bytes;
  }

  async #remembered<T>(file: string, parse: (bytes: Buffer) => T): Promise<T> {
    const known = this.#read.get(file) as T | undefined;
    if (known !== undefined) return known;
    const read = parse(await this.#bytesOf(file));
    this.#read.set(file, read);
    return read;
  }
}
