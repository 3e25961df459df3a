import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import {
  BoardPlacesCommand,
  BoardPlacesView,
  BoardQuery,
  BoardQuoteCommand,
  BoardQuoteView,
  BoardStepView,
  BoardView,
  BoardWhyView,
} from '@kuluma/shared/model/views/board.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { BoardRoom } from '../../pipelines/board-room.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { boardKinds, boardViewOf, stepViewOf } from '../views/board.ts';
import { placesViewOf, quoteViewOf, whyViewOf } from '../views/board-places.ts';
import { pathIds } from './route-parts.ts';

const EntryParams = pathIds({ entryId: Type.String({ pattern: '^(vis|slt|rec)_[0-9a-z]{26}$' }) });
/** The longest time that one look at the board takes in. */
const mostDays = 62;
const historyLength = 50;

/** @throws FORBIDDEN for one who is no member of staff */
export const personOf = (request: Pick<FastifyRequest, 'principal'>) => {
  const { personId } = principalOf(request);
  if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff plans');
  return personId;
};

/** What the planning board shows and answers; changes are made by the routes of its steps. */
export const registerBoardRoutes = (app: App, deps: HttpDeps, roomOf: () => BoardRoom): void => {
  const tags = ['board'];
  app.get(
    apiPaths.board(':organisationId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'The planning board over some days',
        params: pathIds({}),
        querystring: BoardQuery,
        response: { 200: BoardView },
      },
    },
    async (request) => {
      const { organisationId } = request.params;
      const [fromMs, toMs] = [Date.parse(request.query.fromAt), Date.parse(request.query.toAt)];
      if (!(toMs > fromMs) || toMs - fromMs > mostDays * dayMs)
        throw new AppError('INPUT_INVALID', `a board shows from fromAt up to a later toAt, at most ${mostDays} days`);
      const lookup = createLookup(deps.records, organisationId);
      await lookup.preload(...boardKinds);
      return boardViewOf(lookup, await roomOf().now(organisationId), { fromMs, toMs, personId: personOf(request) });
    },
  );
  app.get(
    apiPaths.boardWhy(':organisationId', ':entryId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'Why an entry stands where it does, or nowhere',
        params: EntryParams,
        response: { 200: BoardWhyView },
      },
    },
    async (request) => {
      const { organisationId, entryId } = request.params;
      const { plan, mark } = await roomOf().planFor(organisationId, undefined, entryId);
      if (!plan.facts.form.visits.some(({ id }) => id === entryId))
        throw new AppError('NOT_FOUND', 'the plan ahead has no such entry');
      return whyViewOf(createLookup(deps.records, organisationId), plan, mark, entryId);
    },
  );
  app.post(
    apiPaths.boardQuotes(':organisationId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'What a place for an entry would mean',
        params: pathIds({}),
        body: BoardQuoteCommand,
        response: { 200: BoardQuoteView },
      },
    },
    async (request) => {
      const { entryId, technicianId, secondTechnicianId: second, startAt, copyId } = request.body;
      const { plan, mark } = await roomOf().planFor(request.params.organisationId, copyId, entryId);
      const startMs = Date.parse(startAt);
      return quoteViewOf(plan, mark, { visit: entryId, technician: technicianId, second, startMs });
    },
  );
  app.post(
    apiPaths.boardPlaces(':organisationId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'Everywhere that an entry could stand',
        params: pathIds({}),
        body: BoardPlacesCommand,
        response: { 200: BoardPlacesView },
      },
    },
    async (request) => {
      const { entryId, fromAt, toAt, copyId } = request.body;
      const { plan, mark } = await roomOf().planFor(request.params.organisationId, copyId, entryId);
      return placesViewOf(plan, mark, { visit: entryId, fromMs: Date.parse(fromAt), toMs: Date.parse(toAt) });
    },
  );
  app.get(
    apiPaths.boardSteps(':organisationId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'What people did to the plan, newest first',
        params: pathIds({}),
        response: { 200: Type.Array(BoardStepView) },
      },
    },
    async (request) => {
      const lookup = createLookup(deps.records, request.params.organisationId);
      const steps = await lookup.list('boardStep', { newestFirst: true, limit: historyLength });
      return Promise.all(steps.map((step) => stepViewOf(lookup, step)));
    },
  );
};
