import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { CsvError, type Info, parse } from 'csv-parse/sync';
import { allSheets, type ImportInput, machineModelsName } from '../../core/imports/plan-import.ts';
import type { SheetRows } from '../../core/imports/sheet.ts';

const modelsFile = `${machineModelsName}.json`;
const knownFiles = [...allSheets.map(({ name }) => `${name}.csv`), modelsFile];

const wrong = (faults: readonly Fault[], cause?: unknown): AppError =>
  new AppError('INPUT_INVALID', 'the import cannot be read', { faults, cause });

const textOf = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const hint = 'save it as "CSV UTF-8"';
    throw wrong([{ path: basename(path), message: 'is not UTF-8 text', hint }], cause);
  }
};

/** A spreadsheet in a language with a decimal comma parts its cells by semicolons. */
const styleOf = (text: string): { delimiter: string; decimalSign: '.' | ',' } => {
  const [header = ''] = text.split(/\r?\n/, 1);
  return header.includes(';') ? { delimiter: ';', decimalSign: ',' } : { delimiter: ',', decimalSign: '.' };
};

const rowsOf = (file: string, text: string): SheetRows => {
  const { delimiter, decimalSign } = styleOf(text);
  try {
    const options = { delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    const records = parse(text, options) as unknown as { record: string[]; info: Info }[];
    const [header, ...rows] = records.map(({ record, info }) => ({ line: info.lines, cells: record }));
    if (!header) throw wrong([{ path: file, message: 'is empty' }]);
    return { file, decimalSign, header: header.cells.map((name) => name.trim()), rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw wrong([{ path: `${file}:${String(error['lines'] ?? 1)}`, message: error.message }], error);
  }
};

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
 * Reads one file, or all CSV and JSON files of a folder, by their names.
 * @throws AppError INPUT_INVALID for files of other names, and for what is no CSV, JSON or UTF-8.
 */
export const readImport = async (path: string): Promise<ImportInput> => {
  const files = await filesAt(path);
  const unknown = files.filter((file) => !knownFiles.includes(basename(file)));
  if (unknown.length > 0)
    throw wrong(
      unknown.map((file) => ({
        path: basename(file),
        message: 'is no file of an import',
        hint: knownFiles.join(', '),
      })),
    );
  const sheets = new Map<string, SheetRows>();
  let machineModels: ImportInput['machineModels'];
  for (const path of files) {
    const file = basename(path);
    const text = await textOf(path);
    if (file !== modelsFile) {
      sheets.set(basename(file, '.csv'), rowsOf(file, text));
      continue;
    }
    try {
      machineModels = { file, value: JSON.parse(text) };
    } catch (cause) {
      throw wrong([{ path: file, message: cause instanceof Error ? cause.message : String(cause) }], cause);
    }
  }
  return { sheets, ...(machineModels ? { machineModels } : {}) };
};
