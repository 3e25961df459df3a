import { AppError, type Fault } from '@kuluma/shared/errors.ts';
import { CsvError, type Info, parse } from 'csv-parse/sync';
import { allSheets, type ImportInput, machineModelsName } from '../../core/imports/plan-import.ts';
import type { SheetRows } from '../../core/imports/sheet.ts';

/** A file by the name that it has where it comes from. */
export interface ImportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const modelsFile = `${machineModelsName}.json`;
/** The files that an import consists of. */
export const knownFiles = [...allSheets.map(({ name }) => `${name}.csv`), modelsFile];

export const wrong = (faults: readonly Fault[], cause?: unknown): AppError =>
  new AppError('INPUT_INVALID', 'the import cannot be read', { faults, cause });

const textOf = ({ name, bytes }: ImportFile): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const hint = 'save it as "CSV UTF-8"';
    throw wrong([{ path: name, message: 'is not UTF-8 text', hint }], cause);
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

/**
 * Reads files by their names.
 * @throws AppError INPUT_INVALID for files of other names, for two of one name, and for what is no CSV, JSON or UTF-8.
 */
export const parseImport = (files: readonly ImportFile[]): ImportInput => {
  const names = files.map(({ name }) => name);
  const hint = knownFiles.join(', ');
  const unknown = names.filter((name) => !knownFiles.includes(name));
  if (unknown.length > 0) throw wrong(unknown.map((path) => ({ path, message: 'is no file of an import', hint })));
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  if (twice.length > 0) throw wrong(twice.map((path) => ({ path, message: 'is there twice' })));
  const sheets = new Map<string, SheetRows>();
  let machineModels: ImportInput['machineModels'];
  for (const file of files) {
    const text = textOf(file);
    if (file.name !== modelsFile) {
      sheets.set(file.name.replace(/\.csv$/, ''), rowsOf(file.name, text));
      continue;
    }
    try {
      machineModels = { file: file.name, value: JSON.parse(text) };
    } catch (cause) {
      throw wrong([{ path: file.name, message: cause instanceof Error ? cause.message : String(cause) }], cause);
    }
  }
  return { sheets, ...(machineModels ? { machineModels } : {}) };
};
