import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordKind } from '@kuluma/shared/model/kinds.ts';
import type { BoardEventView } from '@kuluma/shared/model/views/board.ts';
import { Type } from 'typebox';
import { mayUse } from '../../core/access/principal.ts';
import { changesPlan } from '../../pipelines/board-room.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { findPrincipal } from '../principal.ts';
import { sessionSecretOf } from '../session-cookie.ts';
import { stepViewOf } from '../views/board.ts';
import { nameKinds } from '../views/fleet-model.ts';
import { pathIds } from './route-parts.ts';

type AnyRequest = Parameters<typeof principalOf>[0] & Parameters<typeof sessionSecretOf>[0];

/** Proxies drop a connection on which nothing comes for long; and so often it is asked whether the person may still listen. */
const heartbeatMs = 20_000;
/** Open at a time, of the people and tabs of one organisation: each costs a connection, and nobody takes another's. */
const mostStreams = 500;
/** Who reads so slowly that this much waits is cut off; the page comes back and asks what stands now. */
const mostWaitingBytes = 64 * 1024;

const eventView = async (
  { records }: Pick<HttpDeps, 'records'>,
  organisationId: Id<'organisation'>,
  event: 'step' | 'plan',
): Promise<BoardEventView> => {
  const lookup = createLookup(records, organisationId);
  const [last] = await lookup.list('boardStep', { newestFirst: true, limit: 1 });
  return { mark: last?.number ?? 0, step: last && event === 'step' ? await stepViewOf(lookup, last) : null };
};

const textOf = (event: 'step' | 'plan', view: BoardEventView): string =>
  `event: ${event}\nid: ${view.mark}\ndata: ${JSON.stringify(view)}\n\n`;

/** Records that the lists of the desk are made from: today, decisions and fleet. */
const deskKinds: readonly RecordKind[] = [
  ...nameKinds,
  'forecast',
  'modelPolicy',
  'recommendation',
  'approval',
  'offer',
  'visit',
  'message',
  'followUp',
  'partRequest',
  'stockMovement',
];
/** A job that writes thousands of records is told of once a second. */
const collectMs = 1000;

/**
 * Changes as they happen (HTML Living Standard, section 9.2: server-sent events): `step` is what a person did on the
 * board, `plan` anything else that changed it, `changed` whatever else the desk's lists are made from.
 */
export const registerDeskEvents = (app: App, deps: HttpDeps): void => {
  /** Ways to end what is open, and whose it is. */
  const open = new Map<() => void, Id<'organisation'>>();
  app.addHook('preClose', async () => {
    for (const end of open.keys()) end();
  });

  const listen = (request: AnyRequest, raw: ServerResponse, headers: OutgoingHttpHeaders): void => {
    const { organisationId } = principalOf(request);
    const secret = sessionSecretOf(request);
    raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    /** Who has signed out, or may no longer plan, hears nothing more. */
    const mayListen = async (): Promise<boolean> => {
      const principal = secret ? await findPrincipal(deps, secret) : undefined;
      return principal?.organisationId === organisationId && mayUse(principal, 'plan:read');
    };
    // One after the other, so that marks rise.
    let sending = Promise.resolve();
    const send = (textNow: () => Promise<string>): void => {
      sending = sending
        .then(async () => {
          if (raw.writableLength > mostWaitingBytes) raw.destroy();
          else if (!(await mayListen())) end();
          else if (!raw.writableEnded) raw.write(await textNow());
        })
        .catch((error: unknown) => {
          deps.log.error({ err: error }, 'a stream of the desk ended');
          end();
        });
    };
    const tell = (event: 'step' | 'plan'): void =>
      send(async () => textOf(event, await eventView(deps, organisationId, event)));
    let collecting: NodeJS.Timeout | undefined;
    const tellChanged = (): void => {
      collecting = undefined;
      send(async () => 'event: changed\ndata: {}\n\n');
    };
    const unwatch = deps.records.watch((written) => {
      if (written.organisationId !== organisationId) return;
      if (changesPlan(written)) tell(written.kinds.has('boardStep') ? 'step' : 'plan');
      if (deskKinds.some((kind) => written.kinds.has(kind))) collecting ??= setTimeout(tellChanged, collectMs);
    });
    const heartbeat = setInterval(() => send(async () => ': still here\n\n'), heartbeatMs);
    const end = (): void => {
      clearInterval(heartbeat);
      clearTimeout(collecting);
      unwatch();
      open.delete(end);
      raw.end();
    };
    open.set(end, organisationId);
    raw.on('close', end);
    // Who comes back after a break learns what the mark is now.
    tell('plan');
  };

  app.get(
    apiPaths.deskEvents(':organisationId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags: ['desk'],
        summary: 'Changes as they happen: server-sent events, of the plan with BoardEventView',
        params: pathIds({}),
        response: { 200: Type.String() },
      },
    },
    (request, reply) => {
      const { organisationId } = principalOf(request);
      const ofOrganisation = [...open.values()].filter((id) => id === organisationId);
      if (ofOrganisation.length >= mostStreams)
        throw new AppError('STORE_UNAVAILABLE', 'too many desks are open at once');
      // What the plugins have set, which a hijacked reply would not send.
      const headers = reply.getHeaders();
      reply.hijack();
      listen(request, reply.raw, headers as OutgoingHttpHeaders);
    },
  );
};
