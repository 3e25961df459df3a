import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { QueryClient } from '@tanstack/react-query';
import { askView } from '../parts/queries.ts';
import { decisionsQueryOf, decisionsSearchOf } from './decisions-search.ts';
import { fleetQueryOf, fleetSearchOf } from './fleet/fleet-search.ts';

interface Address {
  readonly pathname: string;
  readonly search: Record<string, unknown>;
}

interface FirstView {
  readonly path: string;
  readonly query?: Record<string, string>;
}

/** What a place shows first; undefined where the desk's own views are all that can be asked for beforehand. */
export const firstViewAt = ({ pathname, search }: Address, organisationId: string): FirstView | undefined => {
  switch (pathname) {
    case '/':
    case '/today':
      return { path: apiPaths.today(organisationId) };
    case '/fleet':
      return { path: apiPaths.fleet(organisationId), query: fleetQueryOf(fleetSearchOf(search)) };
    case '/decisions':
      return { path: apiPaths.decisions(organisationId), query: decisionsQueryOf(decisionsSearchOf(search)) };
    default:
      return undefined;
  }
};

/** Asks who is reading, then for what they look at, while the code that shows it is still on its way. */
export const askFirstViews = async (queries: QueryClient, address: Address): Promise<void> => {
  const me = await askView<MeView>(queries, apiPaths.me());
  if (!me?.roles.includes('planner')) return;
  const first = firstViewAt(address, me.organisationId);
  if (first) await askView(queries, first.path, first.query);
};
