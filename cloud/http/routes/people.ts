import { AppError } from '@kuluma/shared/errors.ts';
import { type Id, idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { InvitationView, InviteCommand, PersonFieldsCommand, PersonRow } from '@kuluma/shared/model/views/people.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { addPerson, changePerson } from '../../pipelines/change-person.ts';
import { endSessions, liveSessionsOf } from '../../pipelines/end-sessions.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { resetFactors } from '../second-factor.ts';
import { linkFor, ofPerson, sendLink } from '../sign-in-links.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { IfMatch, pathIds } from './route-parts.ts';
import { staffOf } from './set-up.ts';

/** Whoever is invited may be on leave. */
const invitationLifeMs = 3 * dayMs;

const rowOf = async (deps: HttpDeps, principal: Principal, person: RecordOf<'person'>): Promise<PersonRow> => {
  const { id, version, name, email, phone, language, roles, organisationId } = person;
  const holder = { personId: id, contactId: null };
  const live = await liveSessionsOf(deps.records, organisationId, holder, deps.wallNow());
  const sessions = live.filter(({ kind, replaces }) => kind === 'session' && !replaces);
  const lastMs = Math.max(...sessions.map(({ signedInAtMs }) => signedInAtMs ?? 0));
  return {
    ...{ personId: id, version, name, email, phone, language, roles, isSelf: id === principal.personId },
    sessions: sessions.length,
    lastSignInAt: lastMs > 0 ? isoOf(lastMs) : null,
  };
};

/** The staff of the service company and who of them may do what. */
export const registerPeopleRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['people'];
  const read = { right: 'people:read' } as const;
  const change = { right: 'people:change', asksSecondFactor: true } as const;
  const params = pathIds({ personId: idOf('person') });
  const response = { 200: PersonRow };
  const known = async (request: FastifyRequest, personId: Id<'person'>): Promise<RecordOf<'person'>> => {
    const person = await deps.records.get('person', principalOf(request).organisationId, personId);
    if (!person) throw new AppError('NOT_FOUND', 'there is no such person');
    return person;
  };
  const rowFor = async (request: FastifyRequest, personId: Id<'person'>): Promise<PersonRow> =>
    rowOf(deps, principalOf(request), await known(request, personId));

  app.get(
    peoplePaths.people(':organisationId'),
    {
      config: read,
      schema: { tags, summary: 'All staff by name', params: pathIds({}), response: { 200: Type.Array(PersonRow) } },
    },
    async (request) => {
      const principal = principalOf(request);
      const people = await deps.records.list('person', principal.organisationId);
      people.sort((a, b) => a.name.localeCompare(b.name));
      return Promise.all(people.map((person) => rowOf(deps, principal, person)));
    },
  );
  app.post(
    peoplePaths.people(':organisationId'),
    {
      config: change,
      schema: { tags, summary: 'Adds a member of staff', params: pathIds({}), body: PersonFieldsCommand, response },
    },
    async (request, reply) => {
      const { idempotencyKey: _, ...fields } = request.body;
      const who = { organisationId: request.params.organisationId, actor: staffOf(request) };
      const { personId } = await runOnce(deps.records, request, async (tx) => ({
        personId: await addPerson(deps, tx, who, fields),
      }));
      return sendVersioned(reply, await rowFor(request, personId));
    },
  );
  app.post(
    peoplePaths.person(':organisationId', ':personId'),
    {
      config: change,
      schema: {
        ...{ tags, summary: 'Changes a member of staff; without a role they are signed out', params, response },
        ...{ headers: IfMatch, body: PersonFieldsCommand },
      },
    },
    async (request, reply) => {
      const { idempotencyKey: _, ...fields } = request.body;
      const { organisationId, personId } = request.params;
      const seen = { organisationId, actor: staffOf(request), personId, seenVersion: seenVersionOf(request) };
      await runOnce(deps.records, request, async (tx) => {
        await changePerson(deps, tx, seen, fields);
        return {};
      });
      return sendVersioned(reply, await rowFor(request, personId));
    },
  );
  app.post(
    peoplePaths.signOutPerson(':organisationId', ':personId'),
    {
      config: change,
      schema: { tags, summary: 'Ends every session and link of a person', params, body: InviteCommand, response },
    },
    async (request, reply) => {
      const { id, organisationId } = await known(request, request.params.personId);
      await deps.records.transact((tx) =>
        endSessions(tx, organisationId, { personId: id, contactId: null }, deps.wallNow()),
      );
      return sendVersioned(reply, await rowFor(request, id));
    },
  );
  app.post(
    peoplePaths.resetSecondFactor(':organisationId', ':personId'),
    {
      config: change,
      schema: {
        ...{ tags, summary: 'Takes codes and passkeys of a person away, and signs them out', params },
        ...{ body: InviteCommand, response },
      },
    },
    async (request, reply) => {
      const { id, organisationId } = await known(request, request.params.personId);
      const who = { organisationId, personId: id, contactId: null };
      await deps.records.transact((tx) => resetFactors(deps, tx, who), staffOf(request));
      return sendVersioned(reply, await rowFor(request, id));
    },
  );
  app.post(
    peoplePaths.invite(':organisationId', ':personId'),
    {
      config: { ...change, rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        ...{ tags, summary: 'Sends a person a sign-in link, or gives it to hand over', params, body: InviteCommand },
        response: { 200: InvitationView },
      },
    },
    async (request) => {
      const person = ofPerson(await known(request, request.params.personId));
      if (person.who.roles.length === 0) throw new AppError('CONFLICT', 'give the person a role first');
      const expiresAt = isoOf(deps.wallNow() + invitationLifeMs);
      if (deps.linkMail) {
        await sendLink(deps, deps.linkMail, person, invitationLifeMs);
        return { isSent: true, link: null, expiresAt };
      }
      const publicUrl = `${request.protocol}://${request.host}`;
      return { isSent: false, link: await linkFor(deps, person, { publicUrl, lifeMs: invitationLifeMs }), expiresAt };
    },
  );
};
