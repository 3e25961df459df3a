import { AppError } from '@kuluma/shared/errors.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { CalendarFeedMade, CalendarFeedView } from '@kuluma/shared/model/views/people.ts';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { endSessions, liveSessionsOf } from '../../pipelines/end-sessions.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { createLink, liveSession, principalOfSession } from '../principal.ts';
import { calendarFeedOf } from '../views/calendar-feed.ts';
import { requireTechnician } from './visits.ts';

/** A calendar fetches for years without anybody signing in; whoever loses a phone ends its address. */
const feedLifeMs = 5 * 365 * dayMs;

const feedNow = async (deps: HttpDeps, { organisationId, personId }: Principal): Promise<CalendarFeedView> => {
  const holder = { personId, contactId: null };
  const live = await liveSessionsOf(deps.records, organisationId, holder, deps.wallNow());
  const feed = live.find(({ kind }) => kind === 'calendarFeed');
  return { madeAt: feed ? isoOf(feed.createdAtMs) : null };
};

const endFeeds = (deps: HttpDeps, { organisationId, personId }: Principal): Promise<void> =>
  deps.records.transact((tx) =>
    endSessions(
      tx,
      organisationId,
      { personId, contactId: null },
      deps.wallNow(),
      ({ kind }) => kind === 'calendarFeed',
    ),
  );

/** A technician's visits in their own calendar, by an address that only they know and can take back. */
export const registerCalendarFeedRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  const url = peoplePaths.calendarFeed();
  app.get(
    url,
    {
      config: { right: 'day:read' },
      schema: { tags, summary: 'Whether my visits can be fetched by a calendar', response: { 200: CalendarFeedView } },
    },
    (request) => {
      requireTechnician(principalOf(request));
      return feedNow(deps, principalOf(request));
    },
  );
  app.post(
    url,
    {
      config: { right: 'day:read', tellsSecretTo: 'whose it is' },
      schema: {
        ...{ tags, summary: 'A new secret address of my visits; the one of before ends' },
        response: { 200: CalendarFeedMade },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { personId } = requireTechnician(principal);
      await endFeeds(deps, principal);
      const { organisationId } = principal;
      const who = { organisationId, personId, contactId: null, roles: ['technician' as const] };
      return { path: `/calendar/${await createLink(deps, 'calendarFeed', who, feedLifeMs)}` };
    },
  );
  app.post(
    peoplePaths.endCalendarFeed(),
    {
      config: { right: 'day:read' },
      schema: { tags, summary: 'Ends the secret address of my visits', response: { 200: CalendarFeedView } },
    },
    async (request) => {
      requireTechnician(principalOf(request));
      await endFeeds(deps, principalOf(request));
      return feedNow(deps, principalOf(request));
    },
  );
  app.get(
    '/calendar/:secret',
    {
      config: { right: 'public', rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: { hide: true, params: Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) }) },
    },
    async (request, reply) => {
      const session = await liveSession(deps, request.params.secret, 'calendarFeed');
      const principal = session && (await principalOfSession(deps.records, session));
      // Who is no technician any more keeps no calendar.
      if (!principal?.technicianId || !principal.roles.includes('technician'))
        throw new AppError('NOT_FOUND', 'there is no such calendar');
      const lookup = createLookup(deps.records, principal.organisationId);
      return reply
        .type('text/calendar; charset=utf-8')
        .header('cache-control', 'private, no-store')
        .send(await calendarFeedOf(lookup, principal.technicianId, deps.clock.now()));
    },
  );
};
