import type { InventoryView } from '@kuluma/shared/model/views/inventory.ts';

/** A cell that a spreadsheet takes as a text, whatever it begins with. */
const cell = (value: string | number): string => {
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const header = [
  ...['machine', 'point', 'unit', 'first_at', 'last_at', 'samples', 'interval_ms'],
  ...['empty_days', 'longest_gap_from', 'longest_gap_to', 'quality', 'faults'],
];

/** The inventory of a machine as CSV, one row a point; what is not known is empty. Times are ISO 8601 in UTC. */
export const inventoryCsv = ({ tag, points }: Pick<InventoryView, 'tag' | 'points'>): string =>
  [
    header,
    ...points.map(({ name, unit, held, score, faults }) => [
      ...[tag, name, unit, held?.firstAt ?? '', held?.lastAt ?? '', held?.samples ?? 0],
      ...[held ? Math.round(held.intervalMs) : '', held?.emptyDays ?? ''],
      ...[held?.longestGap?.fromAt ?? '', held?.longestGap?.toAt ?? '', score ?? '', faults.join(' ')],
    ]),
  ]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('');
