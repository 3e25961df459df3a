export interface CsvRow {
  /** Line in the file where the row begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

const fieldPattern = /("(?:[^"]|"")*"|[^,]*)(?:,|$)/g;

const splitQuoted = (text: string): string[] => {
  const fields: string[] = [];
  for (const match of text.matchAll(fieldPattern)) {
    const field = match[1] ?? '';
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (!match[0].endsWith(',')) break;
  }
  return fields;
};

const quotesIn = (text: string): number => text.split('"').length - 1;

/** Rows of a CSV text by RFC 4180, blank lines left out. */
export const csvRows = (text: string): CsvRow[] => {
  const rows: CsvRow[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let row = lines[i] ?? '';
    if (row === '') continue;
    if (!row.includes('"')) {
      rows.push({ line, fields: row.split(',') });
      continue;
    }
    while (quotesIn(row) % 2 === 1 && i + 1 < lines.length) row += `\n${lines[++i]}`;
    rows.push({ line, fields: splitQuoted(row) });
  }
  return rows;
};
