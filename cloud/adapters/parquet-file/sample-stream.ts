import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { NamedSamples } from '../../ports.ts';
import { writeSampleFile } from './sample-file.ts';

/** A Parquet file of samples, as `writeSampleFile` writes it: a file that is gone once it was read or left. */
export const parquetOf = async (
  pieces: AsyncIterable<NamedSamples>,
  metadata: Readonly<Record<string, string>>,
): Promise<Readable> => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-parquet-'));
  const remove = () => rm(dir, { recursive: true, force: true });
  try {
    const file = join(dir, 'samples.parquet');
    await writeSampleFile(file, pieces, metadata);
    // Whoever could not remove it leaves it to the system's own tidying.
    return createReadStream(file).on('close', () => void remove());
  } catch (error) {
    await remove();
    throw error;
  }
};
