import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { boardSearchOf } from './board/board-search.ts';
import { decisionsSearchOf } from './decisions-search.ts';
import { fleetSearchOf } from './fleet/fleet-search.ts';
import { machineSearchOf } from './machine/machine-search.ts';
import { PlannerPage } from './planner-page.tsx';
import { NotFoundPlace } from './shell/not-found-place.tsx';
import { PlaceProblem } from './shell/place-problem.tsx';

const root = createRootRoute({ component: PlannerPage, notFoundComponent: NotFoundPlace });

type Load = () => Promise<ComponentType>;
const lazily = (load: Load) => lazyRouteComponent(async () => ({ Page: await load() }), 'Page');

/** A page, whose code loads when it is first gone to; `searchOf` reads the filter in its address. */
const page = <const Path extends string, Search = object>(
  path: Path,
  load: Load,
  searchOf: (raw: Record<string, unknown>) => Search = () => ({}) as Search,
) => createRoute({ getParentRoute: () => root, path, component: lazily(load), validateSearch: searchOf });

/** A page about one subject, which starts anew for another one. */
const subject = <const Path extends string, Search = object>(
  path: Path,
  load: Load,
  searchOf: (raw: Record<string, unknown>) => Search = () => ({}) as Search,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazily(load),
    remountDeps: ({ params }) => params,
    validateSearch: searchOf,
  });

const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/today', replace: true });
    },
  }),
  page('/today', async () => (await import('./today/today-place.tsx')).TodayPlace),
  page('/decisions', async () => (await import('./decisions-place.tsx')).DecisionsPlace, decisionsSearchOf),
  page(
    '/decisions/$recommendationId',
    async () => (await import('./decisions-place.tsx')).DecisionsPlace,
    decisionsSearchOf,
  ),
  page('/cases', async () => (await import('./cases/cases-place.tsx')).CasesPlace),
  page('/cases/$caseId', async () => (await import('./cases/cases-place.tsx')).CasesPlace),
  page('/contracts', async () => (await import('./contracts/contracts-place.tsx')).ContractsPlace),
  subject('/incidents/$incidentId', async () => (await import('./incident/incident-place.tsx')).IncidentPlace),
  page('/board', async () => (await import('./board/board-place.tsx')).BoardPlace, boardSearchOf),
  page('/fleet', async () => (await import('./fleet/fleet-place.tsx')).FleetPlace, fleetSearchOf),
  subject(
    '/machines/$machineId',
    async () => (await import('./machine/machine-place.tsx')).MachinePlace,
    machineSearchOf,
  ),
  page('/models', async () => (await import('./models-place.tsx')).ModelsPlace),
  subject('/models/$machineModelId', async () => (await import('./model-place.tsx')).ModelPlace),
  page('/set-up', async () => (await import('./set-up/set-up-place.tsx')).SetUpPlace),
  page('/set-up/import', async () => (await import('./set-up/import-place.tsx')).ImportPlace),
  page('/set-up/company', async () => (await import('./set-up/company-place.tsx')).CompanyPlace),
  page('/set-up/prices', async () => (await import('./set-up/prices-place.tsx')).PricesPlace),
  page('/set-up/$kind', async () => (await import('./set-up/kind-place.tsx')).KindPlace),
  page('/set-up/$kind/lacks/$code', async () => (await import('./set-up/kind-place.tsx')).KindPlace),
  subject('/set-up/inventory/$machineId', async () => (await import('./set-up/inventory-place.tsx')).InventoryPlace),
  subject('/set-up/$kind/new', async () => (await import('./set-up/entry-place.tsx')).NewEntryPlace),
  subject('/set-up/$kind/new/$of', async () => (await import('./set-up/entry-place.tsx')).NewEntryPlace),
  subject('/set-up/$kind/$id', async () => (await import('./set-up/entry-place.tsx')).EntryPlace),
  subject('/gateways/$gatewayId', async () => (await import('./gateway/gateway-place.tsx')).GatewayPlace),
  page('/status', async () => (await import('./status-place.tsx')).StatusPlace),
]);

/** The hash keeps what a planner looks at out of the server's logs, and every address ever sent still opens. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultErrorComponent: PlaceProblem,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
