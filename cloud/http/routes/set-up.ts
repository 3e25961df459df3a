import { AppError } from '@kuluma/shared/errors.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { type SetUpKind, setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import {
  GatewayDone,
  putCommand,
  SetUpActCommand,
  SetUpDone,
  type SetUpEntry,
  type SetUpEntryView,
  SetUpOverview,
  SetUpRow,
  setUpEntryView,
} from '@kuluma/shared/model/views/set-up.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type EndableKind, endableKinds } from '../../core/set-up/end.ts';
import { gatewayFile } from '../../core/set-up/gateway-file.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { pointsFedBy } from '../../pipelines/points-fed-by.ts';
import { addEntry, type Changed, changeEntry, endOrResume, readEntry, renewToken } from '../../pipelines/set-up.ts';
import type { SetUpDeps } from '../../pipelines/write-touched.ts';
import type { RecordTransaction } from '../../ports.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { newToken } from '../secrets.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { entryViewOf, overviewOf, rowsOf } from '../views/set-up.ts';
import { IfMatch, pathIds } from './route-parts.ts';

const EntryId = Type.String({ pattern: '^[a-z]{3}_[0-9a-z]{26}(\\.[a-z]{3}_[0-9a-z]{26})?$' });
const tags = ['set-up'];

interface SetUpRequest extends FastifyRequest {
  readonly body: { readonly idempotencyKey: string };
  readonly params: { readonly organisationId: Id<'organisation'>; readonly id?: string };
}

/** Who a change is recorded under. */
export const staffOf = (request: Pick<FastifyRequest, 'principal'>): Actor => {
  const { personId } = principalOf(request);
  if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff changes the set-up');
  return { kind: 'person', personId };
};

interface Given<K extends SetUpKind> {
  readonly idempotencyKey: string;
  readonly entry: SetUpEntry<K>;
}

type Act = (tx: RecordTransaction, who: { organisationId: Id<'organisation'>; actor: Actor }) => Promise<Changed>;

/** Runs a command once and answers with the version of the entry that it made; a token is told in this answer and nowhere else. */
const answerWith = async (
  deps: HttpDeps,
  request: SetUpRequest,
  reply: FastifyReply,
  kind: SetUpKind,
  act: Act,
): Promise<SetUpDone> => {
  const { organisationId } = request.params;
  const actor = staffOf(request);
  let token: string | undefined;
  const { id } = await runOnce(deps.records, request, async (tx) => {
    const changed = await act(tx, { organisationId, actor });
    token = changed.token;
    return { id: changed.id };
  });
  const { version } = await readEntry(deps.records, organisationId, kind, id);
  const done = { id, version };
  if (!token) return sendVersioned(reply, done);
  const gatewayId = id as Id<'gateway'>;
  const points = await pointsFedBy(deps.records, { id: gatewayId, organisationId });
  return sendVersioned(reply, {
    ...done,
    token,
    gatewayFile: gatewayFile({ organisationId, gatewayId, token, points }),
  });
};

const registerKind = <K extends SetUpKind>(app: App, deps: HttpDeps, setUp: SetUpDeps, kind: K): void => {
  // For the compiler all kinds answer alike; each is described and checked by its own schema.
  const View = Type.Unsafe<SetUpEntryView>(setUpEntryView(kind));
  const Put = Type.Unsafe<Given<SetUpKind>>(putCommand(kind));
  const response = { 200: SetUpDone };
  const params = pathIds({ id: EntryId });
  const list = setUpPaths.list(':organisationId', kind);
  const entry = setUpPaths.entry(':organisationId', kind, ':id');
  const read = { right: 'setUp:read' } as const;
  const change = { right: 'setUp:change' } as const;
  const rows = {
    ...{ tags, summary: `All ${kind}, in the order of their names`, params: pathIds({}) },
    response: { 200: Type.Array(SetUpRow) },
  };
  const RowsOf = Type.Object(
    { machineId: Type.Optional(idOf('machine')), gatewayId: Type.Optional(idOf('gateway')) },
    { additionalProperties: false },
  );
  const rowsFor = (request: FastifyRequest, of: { machineId?: string; gatewayId?: string } = {}) =>
    rowsOf(deps, createLookup(deps.records, principalOf(request).organisationId), kind, of);

  if (kind === 'points')
    app.get(list, { config: read, schema: { ...rows, querystring: RowsOf } }, (request) =>
      rowsFor(request, request.query),
    );
  else app.get(list, { config: read, schema: rows }, (request) => rowsFor(request));
  app.get(
    entry,
    { config: read, schema: { tags, summary: `One of the ${kind}`, params, response: { 200: View } } },
    async (request, reply) => {
      const { organisationId, id } = request.params;
      const view: SetUpEntryView = await entryViewOf<SetUpKind>(deps, deps.records, organisationId, kind, id);
      return sendVersioned(reply, view);
    },
  );
  // A gateway is made with its token.
  const made = { 200: Type.Unsafe<SetUpDone>(kind === 'gateways' ? GatewayDone : SetUpDone) };
  const add = { tags, summary: `Makes one of the ${kind}`, params: pathIds({}), body: Put, response: made };
  const making = kind === 'gateways' ? ({ ...change, asksSecondFactor: true } as const) : change;
  app.post(list, { config: making, schema: add }, (request, reply) => {
    const { entry: given } = request.body as Given<K>;
    return answerWith(deps, request as SetUpRequest, reply, kind, (tx, who) => addEntry(setUp, tx, who, kind, given));
  });
  const edit = { tags, summary: `Changes one of the ${kind}`, params, headers: IfMatch, body: Put, response };
  app.post(entry, { config: change, schema: edit }, (request, reply) => {
    const { id } = request.params;
    const seenVersion = seenVersionOf(request);
    const { entry: given } = request.body as Given<K>;
    return answerWith(deps, request as SetUpRequest, reply, kind, (tx, who) =>
      changeEntry(setUp, tx, { ...who, kind, id, seenVersion }, given),
    );
  });
};

const registerEnds = (app: App, deps: HttpDeps, setUp: SetUpDeps, kind: EndableKind): void => {
  const params = pathIds({ id: EntryId });
  const schema = {
    tags,
    params,
    headers: IfMatch,
    body: SetUpActCommand,
    response: { 200: SetUpDone },
  };
  for (const [act, summary] of [
    ['end', `Ends one of the ${kind}: no plan counts on it any more, its past stays`],
    ['resume', `Takes one of the ${kind} back into use`],
  ] as const)
    app.post(
      setUpPaths[act](':organisationId', kind, ':id'),
      { config: { right: 'setUp:change' }, schema: { ...schema, summary } },
      (request, reply) => {
        const { id } = request.params;
        const seenVersion = seenVersionOf(request);
        return answerWith(deps, request as SetUpRequest, reply, kind, (tx, who) =>
          endOrResume(setUp, tx, { ...who, kind, id, seenVersion }, act),
        );
      },
    );
};

/** What a company is set up of: owners, sites, machines, people, parts and gateways, by one form each. */
export const registerSetUpRoutes = (app: App, deps: HttpDeps): void => {
  const setUp: SetUpDeps = { clock: deps.clock, random: deps.random, secret: newToken };
  app.get(
    setUpPaths.overview(':organisationId'),
    {
      config: { right: 'setUp:read' },
      schema: {
        tags,
        summary: 'What there is, and what is missing to forecast and plan',
        params: pathIds({}),
        response: { 200: SetUpOverview },
      },
    },
    (request) => overviewOf(deps, createLookup(deps.records, request.params.organisationId)),
  );
  for (const kind of setUpKinds) registerKind(app, deps, setUp, kind);
  for (const kind of endableKinds) registerEnds(app, deps, setUp, kind);
  app.post(
    setUpPaths.token(':organisationId', ':id'),
    {
      config: { right: 'setUp:change', asksSecondFactor: true },
      schema: {
        tags,
        summary: 'Gives a gateway another token, told this once; the one before opens nothing any more',
        params: pathIds({ id: idOf('gateway') }),
        headers: IfMatch,
        body: SetUpActCommand,
        response: { 200: GatewayDone },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      const seenVersion = seenVersionOf(request);
      return answerWith(deps, request as SetUpRequest, reply, 'gateways', (tx, who) =>
        renewToken(setUp, tx, { ...who, kind: 'gateways', id, seenVersion }),
      );
    },
  );
};
