import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, idOf, Language } from '@kuluma/shared/model/base.ts';
import {
  VisitAskCommand,
  VisitProgressCommand,
  VisitReportCommand,
  VisitWorkCommand,
} from '@kuluma/shared/model/views/commands.ts';
import { DayView, VisitPastCase, VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { progressVisit, visitOfMine } from '../../pipelines/advance-visit.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import { recordOutcome } from '../../pipelines/record-outcome.ts';
import { askForTime, askPlanner, stateWork } from '../../pipelines/visit-work.ts';
import type { RecordTransaction } from '../../ports.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { dayViewOf, visitViewOf } from '../views/day.ts';
import { isWithin } from '../views/machine.ts';
import { visitPastCasesOf } from '../views/past-cases.ts';
import { printedReportOf } from '../views/printed-report.ts';
import { IfMatch, pathIds } from './route-parts.ts';

interface VisitPath {
  readonly organisationId: Id<'organisation'>;
  readonly visitId: Id<'visit'>;
}

/** Why the plan cannot be changed by itself; a visit that was changed is refused once more by itself. */
const unplannable: ReadonlySet<string> = new Set([
  'CONFLICT',
  'PRECONDITION_REQUIRED',
  'NO_FEASIBLE_SLOT',
  'SLOT_TAKEN',
  'NOT_FOUND',
]);

export const requireTechnician = ({ technicianId, personId }: Principal) => {
  if (!technicianId || !personId) throw new AppError('FORBIDDEN', 'only a technician has a day of visits');
  return { technicianId, personId };
};

/** The technician's own day and the report that closes a visit. */
export const registerVisitRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  app.get(
    apiPaths.day(':organisationId'),
    {
      config: { right: 'day:read' },
      schema: { tags, summary: 'My visits from today on', params: pathIds({}), response: { 200: DayView } },
    },
    (request) => {
      const { technicianId } = requireTechnician(principalOf(request));
      return dayViewOf(createLookup(deps.records, request.params.organisationId), technicianId, deps.clock.now());
    },
  );
  const asCommand = <Body extends TSchema>(summary: string, body: Body) => ({
    tags,
    summary,
    params: pathIds({ visitId: idOf('visit') }),
    headers: IfMatch,
    body,
    response: { 200: VisitView },
  });
  app.get(
    apiPaths.visitPdf(':organisationId', ':visitId'),
    {
      config: { right: 'machine:read' },
      schema: {
        tags,
        summary: 'The report of a visit that is done, to print or to keep',
        params: pathIds({ visitId: idOf('visit') }),
        querystring: Type.Object({ lang: Type.Optional(Language) }, { additionalProperties: false }),
      },
    },
    async (request, reply) => {
      const { organisationId, visitId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const visit = await lookup.get('visit', visitId);
      if (visit?.state !== 'done') throw new AppError('NOT_FOUND', 'there is no such report');
      const ranges = await requireMachine(lookup, principalOf(request), visit.machineId, deps.clock.now());
      if (!isWithin(ranges, visit.slot.startMs)) throw new AppError('NOT_FOUND', 'there is no such report');
      const pdf = await deps.printReport(await printedReportOf(lookup, visit, request.query.lang));
      return reply
        .type('application/pdf')
        .header('content-disposition', `inline; filename="${visit.id}.pdf"`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(pdf));
    },
  );
  app.get(
    apiPaths.visitPastCases(':organisationId', ':visitId'),
    {
      config: { right: 'day:read' },
      schema: {
        tags,
        summary: 'What earlier visits to the same component of the same machine model found, and what helped',
        params: pathIds({ visitId: idOf('visit') }),
        response: { 200: Type.Array(VisitPastCase) },
      },
    },
    async (request) => {
      const { organisationId, visitId } = request.params;
      const { technicianId } = requireTechnician(principalOf(request));
      const visit = await visitOfMine(deps.records, { organisationId, visitId, technicianId });
      return visitPastCasesOf(createLookup(deps.records, organisationId), visit);
    },
  );
  const visitNow = async (
    tx: RecordTransaction,
    request: Pick<FastifyRequest, 'principal'> & { readonly params: VisitPath },
  ) => {
    const { organisationId, visitId } = request.params;
    const { technicianId } = requireTechnician(principalOf(request));
    const lookup = createLookup(tx, organisationId);
    return visitViewOf(lookup, needed(await lookup.get('visit', visitId), 'visit'), technicianId, deps.clock.now());
  };
  app.post(
    apiPaths.visitProgress(':organisationId', ':visitId'),
    { config: { right: 'visit:report' }, schema: asCommand('Sets out, or begins the work', VisitProgressCommand) },
    async (request, reply) => {
      const { technicianId } = requireTechnician(principalOf(request));
      const mine = { ...request.params, technicianId, seenVersion: seenVersionOf(request) };
      const view = await runOnce(deps.records, request, async (tx) => {
        await progressVisit(tx, mine, request.body.state);
        return visitNow(tx, request);
      });
      return sendVersioned(reply, view);
    },
  );
  app.post(
    apiPaths.visitReport(':organisationId', ':visitId'),
    { config: { right: 'visit:report' }, schema: asCommand('Reports a visit and closes it', VisitReportCommand) },
    async (request, reply) => {
      const who = requireTechnician(principalOf(request));
      const seenVersion = seenVersionOf(request);
      const { idempotencyKey: _, ...report } = request.body;
      const view = await runOnce(deps.records, request, async (tx) => {
        await recordOutcome(deps, tx, { ...request.params, ...who, seenVersion, report });
        return visitNow(tx, request);
      });
      return sendVersioned(reply, view);
    },
  );
  app.post(
    apiPaths.visitWork(':organisationId', ':visitId'),
    {
      config: { right: 'visit:report' },
      schema: {
        tags,
        summary: 'States what was done and found; whatever else was stated stays',
        params: pathIds({ visitId: idOf('visit') }),
        body: VisitWorkCommand,
        response: { 200: VisitView },
      },
    },
    async (request, reply) => {
      const mine = { ...request.params, ...requireTechnician(principalOf(request)) };
      const { actedAt, isTimeDoubtful = false, entries } = request.body;
      const view = await runOnce(deps.records, request, async (tx) => {
        await stateWork(deps, tx, mine, { actedAtMs: Date.parse(actedAt), isTimeDoubtful, entries });
        return visitNow(tx, request);
      });
      return sendVersioned(reply, view);
    },
  );
  app.post(
    apiPaths.visitAsk(':organisationId', ':visitId'),
    {
      config: { right: 'visit:report' },
      schema: asCommand('Asks the planner for help or for more time', VisitAskCommand),
    },
    async (request, reply) => {
      const mine = {
        ...request.params,
        ...requireTechnician(principalOf(request)),
        seenVersion: seenVersionOf(request),
      };
      const { body } = request;
      const ask = (isPlanned: boolean) =>
        runOnce(deps.records, request, async (tx) => {
          if (body.kind === 'moreTime') await askForTime(deps, tx, mine, { ...body, isPlanned });
          else await askPlanner(deps, tx, mine, body);
          return visitNow(tx, request);
        });
      return sendVersioned(
        reply,
        await ask(true).catch((error: unknown) => {
          // The day does not bear it, or the visit is not under way by the plan: a planner decides.
          if (body.kind === 'moreTime' && error instanceof AppError && unplannable.has(error.code)) return ask(false);
          throw error;
        }),
      );
    },
  );
};
