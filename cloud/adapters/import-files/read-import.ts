import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportInput } from '../../core/imports/plan-import.ts';
import { knownFiles, parseImport, wrong } from './parse-import.ts';

const filesAt = async (path: string): Promise<string[]> => {
  const kind = await stat(path).catch((cause: unknown) => {
    throw wrong([{ path, message: 'there is no such file or folder' }], cause);
  });
  if (!kind.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(csv|json)$/.test(name)).sort();
  if (names.length === 0) throw wrong([{ path, message: 'holds none of the files', hint: knownFiles.join(', ') }]);
  return names.map((name) => join(path, name));
};

/**
 * Reads one file, or all CSV and JSON files of a folder.
 * @throws AppError INPUT_INVALID as `parseImport` does, and where there is no such file.
 */
export const readImport = async (path: string): Promise<ImportInput> => {
  const paths = await filesAt(path);
  return parseImport(
    await Promise.all(paths.map(async (file) => ({ name: basename(file), bytes: await readFile(file) }))),
  );
};
