import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { type Static, Type } from 'typebox';

const BackedUpFile = Type.Object(
  {
    /** Below the folder. */
    path: Type.String({ minLength: 1, pattern: '^[^/].*$' }),
    bytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
);

/** What a back-up says of itself; written last, so that a folder without it is none. */
export const Manifest = Type.Object(
  {
    format: Type.Literal(1),
    /** Of the program that made it. */
    codeVersion: Type.String(),
    /** ISO 8601: everything that was acknowledged before this instant is in it. */
    begunAt: Type.String(),
    endedAt: Type.String(),
    files: Type.Array(BackedUpFile),
  },
  { additionalProperties: false },
);
export type Manifest = Static<typeof Manifest>;

const manifestName = 'kuluma-backup.json';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Names of all files below a folder, which may be absent; what holds a lock or is half written is none of them. */
const filesBelow = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && !/^lock(\.|$)|\.part$/.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
};

/** Copies a folder that may be absent; files that vanish meanwhile are left out. */
export const copyFolder = async (from: string, to: string): Promise<void> => {
  for (const name of await filesBelow(from)) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
};

/** True where there is nothing, or an empty folder. */
export const isEmptyFolder = async (dir: string): Promise<boolean> => (await filesBelow(dir)).length === 0;

const factsOf = async (dir: string, path: string): Promise<Static<typeof BackedUpFile>> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(dir, path))) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
};

const syncFile = async (file: string): Promise<void> => {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
};

/** Makes a folder of files a back-up: each is on the disk and has its checksum in the manifest. */
export const sealBackup = async (dir: string, facts: Omit<Manifest, 'format' | 'files'>): Promise<Manifest> => {
  const files: Manifest['files'] = [];
  for (const path of await filesBelow(dir)) {
    await syncFile(join(dir, path));
    files.push(await factsOf(dir, path));
  }
  const manifest: Manifest = { format: 1, ...facts, files };
  const file = join(dir, manifestName);
  await writeFile(`${file}.part`, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
  await rename(`${file}.part`, file);
  return manifest;
};

/**
 * The manifest of a back-up, each of whose files was read and compared with it.
 * @throws INPUT_INVALID with every file that is missing or was changed
 */
export const openBackup = async (dir: string): Promise<Manifest> => {
  const text = await readFile(join(dir, manifestName), 'utf8').catch((cause: unknown) => {
    throw new AppError('INPUT_INVALID', `${dir} is no back-up, or one that was not finished`, {
      cause,
      hint: `a back-up has a file ${manifestName}`,
    });
  });
  const manifest = parse(Manifest, JSON.parse(text), manifestName);
  const faults: Fault[] = [];
  for (const { path, sha256 } of manifest.files) {
    const facts = await factsOf(dir, path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!facts) faults.push({ path, message: 'is missing' });
    else if (facts.sha256 !== sha256) faults.push({ path, message: 'was changed' });
  }
  if (faults.length > 0) throw new AppError('INPUT_INVALID', `the back-up in ${dir} is damaged`, { faults });
  return manifest;
};
