import { type DecisionList, decisionLists } from '@kuluma/shared/model/views/decision.ts';
import { rowsPerPage } from './shell/list-pages.tsx';

/** Which page of which list of decisions the address names. */
export interface DecisionsSearch {
  readonly list?: DecisionList;
  /** From 1. */
  readonly page?: number;
}

/** Leaves out what an address must not say. */
export const decisionsSearchOf = (raw: Record<string, unknown>): DecisionsSearch => {
  const list = decisionLists.find((one) => one === raw['list']);
  const page = typeof raw['page'] === 'number' && Number.isInteger(raw['page']) && raw['page'] > 1 ? raw['page'] : 1;
  return { ...(list && list !== 'open' && { list }), ...(page > 1 && { page }) };
};

/** The query that the service understands. */
export const decisionsQueryOf = ({ list = 'open', page = 1 }: DecisionsSearch): Record<string, string> => ({
  list,
  offset: String((page - 1) * rowsPerPage),
  limit: String(rowsPerPage),
});
