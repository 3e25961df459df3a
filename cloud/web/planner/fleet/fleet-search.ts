import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { healthGrades } from '@kuluma/shared/model/forecast.ts';
import { type FleetQuery, fleetColumns, fleetMatters, fleetOrders } from '@kuluma/shared/model/views/fleet.ts';
import { rowsPerPage } from '../shell/list-pages.tsx';

export type FleetColumn = (typeof fleetColumns)[number];
/** What a reader who chose nothing sees. */
export const usualColumns: readonly FleetColumn[] = ['life', 'state'];

/** What the address of the fleet says: a filter that can be sent to a colleague. */
export interface FleetSearch {
  readonly grade?: HealthGrade;
  readonly matter?: NonNullable<FleetQuery['matter']>;
  readonly order?: NonNullable<FleetQuery['order']>;
  readonly siteId?: string;
  readonly text?: string;
  /** Beside grade and machine; those of `usualColumns` unless given. */
  readonly columns?: FleetColumn[];
  /** From 1. */
  readonly page?: number;
}

const oneOf = <T extends string>(words: readonly T[], value: unknown): T | undefined =>
  words.find((word) => word === value);

/** Leaves out what an address must not say. */
export const fleetSearchOf = (raw: Record<string, unknown>): FleetSearch => {
  const grade = oneOf(healthGrades, raw['grade']);
  const matter = oneOf(fleetMatters, raw['matter']);
  const order = oneOf(fleetOrders, raw['order']);
  const text = typeof raw['text'] === 'string' || typeof raw['text'] === 'number' ? String(raw['text']) : '';
  const wanted: unknown = raw['columns'];
  const columns = Array.isArray(wanted) ? fleetColumns.filter((column) => wanted.includes(column)) : undefined;
  const page = typeof raw['page'] === 'number' && Number.isInteger(raw['page']) && raw['page'] > 1 ? raw['page'] : 1;
  return {
    ...(grade && { grade }),
    ...(matter && { matter }),
    ...(order && { order }),
    ...(typeof raw['siteId'] === 'string' && { siteId: raw['siteId'] }),
    ...(text !== '' && { text: text.slice(0, 100) }),
    ...(columns && { columns }),
    ...(page > 1 && { page }),
  };
};

/** The filter alone, for what is not shown a page at a time. */
export const fleetFilterOf = ({
  page: _page,
  order: _order,
  columns: _columns,
  ...filter
}: FleetSearch): Record<string, string> => filter;

/** The query that the service understands. */
export const fleetQueryOf = ({ page = 1, columns: _, ...filter }: FleetSearch): Record<string, string> => ({
  ...filter,
  offset: String((page - 1) * rowsPerPage),
  limit: String(rowsPerPage),
});
