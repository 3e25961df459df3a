import { parse } from 'csv-parse/sync';

export interface CsvRow {
  /** Line in the file where the row ends, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Rows of a CSV text by RFC 4180, blank lines left out. */
export const csvRows = (text: string): CsvRow[] => {
  const recordDelimiter = ['\r\n', '\n'];
  const rows = parse(text, { info: true, relaxColumnCount: true, recordDelimiter, skipEmptyLines: true });
  // With `info` each row comes with its place, which the types of the package do not say.
  return (rows as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
    line: info.lines,
    fields: record,
  }));
};
