import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { FleetFilter, FleetPageView, FleetQuery, FleetSitesView } from '@kuluma/shared/model/views/fleet.ts';
import { SearchHitView } from '@kuluma/shared/model/views/search.ts';
import { StatusView } from '@kuluma/shared/model/views/status.ts';
import { TodayView } from '@kuluma/shared/model/views/today.ts';
import { Type } from 'typebox';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { fleetRows } from '../views/fleet.ts';
import type { FleetMemory } from '../views/fleet-memory.ts';
import { fleetPageOf, fleetSitesOf } from '../views/fleet-page.ts';
import { searchHitViews } from '../views/search.ts';
import { statusViewOf } from '../views/status.ts';
import { todayViewOf } from '../views/today.ts';
import { pathIds } from './route-parts.ts';

/** What a search box can show. */
const mostHits = 12;
const SearchQuery = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);

/** The fleet at a glance, what of it needs a person today, and the health of the service behind it. */
export const registerFleetRoutes = (app: App, deps: HttpDeps, memory: () => FleetMemory): void => {
  const params = pathIds({});
  const tags = ['fleet'];
  const lookupFor = (organisationId: string) => createLookup(deps.records, organisationId as Id<'organisation'>);

  app.get(
    apiPaths.fleet(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: {
        tags,
        summary: 'A page of the machines that a filter leaves, worst first unless asked otherwise',
        params,
        querystring: FleetQuery,
        response: { 200: FleetPageView },
      },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      const fleet = await memory().of(organisationId);
      const { page, ...counts } = fleetPageOf(await fleet.entries(deps.clock.now()), request.query);
      return { ...counts, rows: await fleetRows(fleet.lookup(), deps.timeSeries, page) };
    },
  );
  app.get(
    apiPaths.fleetSites(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: {
        tags,
        summary: 'Sites of the machines that a filter leaves',
        params,
        querystring: FleetFilter,
        response: { 200: FleetSitesView },
      },
    },
    async (request) => {
      const fleet = await memory().of(principalOf(request).organisationId);
      return fleetSitesOf(await fleet.entries(deps.clock.now()), request.query);
    },
  );
  app.get(
    apiPaths.today(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: { tags, summary: 'What needs a planner today', params, response: { 200: TodayView } },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      const fleet = await memory().of(organisationId);
      const { timeZone } = needed(await fleet.lookup().get('organisation', organisationId), 'organisation');
      const { jobs, gateways } = deps.health();
      return todayViewOf(fleet, { jobs, gateways, timeZone, nowMs: deps.clock.now() });
    },
  );
  app.get(
    apiPaths.search(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: {
        tags,
        summary: 'Machines by owner, serial number, site or phone number',
        params,
        querystring: SearchQuery,
        response: { 200: Type.Array(SearchHitView) },
      },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      const hits = await deps.records.findMachines(organisationId, request.query.text, mostHits);
      return searchHitViews(lookupFor(organisationId), hits, deps.clock.now());
    },
  );
  app.get(
    apiPaths.status(':organisationId'),
    {
      config: { right: 'status:read' },
      schema: { tags, summary: 'Jobs, gateways, counters', params, response: { 200: StatusView } },
    },
    (request) => statusViewOf(deps.records, lookupFor(principalOf(request).organisationId), deps.health()),
  );
};
