import { AppError } from '@kuluma/shared/errors.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { isoOf, MeView } from '@kuluma/shared/model/views/common.ts';
import { AddPasskeyCommand, PasskeySignInCommand, PasskeyView } from '@kuluma/shared/model/views/people.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import {
  addPasskey,
  newPasskeyOptions,
  openByPasskey,
  passkeysOf,
  type Site,
  signInOptions,
  siteOf,
} from '../passkeys.ts';
import { principalOf } from '../plugins/access.ts';
import { setSession } from '../session-cookie.ts';
import { meViewOf } from '../views/me.ts';

const deviceOf = ({ headers }: FastifyRequest): string => headers['user-agent'] ?? '';

/** The site that people see; never taken from a request where it is configured. */
export const siteOfRequest = ({ linkMail }: Pick<HttpDeps, 'linkMail'>, request: FastifyRequest): Site =>
  siteOf(linkMail?.publicUrl ?? `${request.protocol}://${request.host}`);

/** Passkeys: sign in by finger, face or PIN, without a letter (WebAuthn level 3). */
export const registerPasskeyRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['door'];
  const response = { 200: Type.Array(PasskeyView) };
  // What the library writes for the browser's own call: its form is the standard's.
  const options = { 200: Type.Unknown() };
  const rateLimit = { max: 30, timeWindow: '1 minute' };
  const site = (request: FastifyRequest) => siteOfRequest(deps, request);
  const own = async (request: FastifyRequest): Promise<PasskeyView[]> =>
    (await passkeysOf(deps.records, principalOf(request))).map(({ id, device, createdAtMs, usedAtMs }) => ({
      ...{ passkeyId: id, device, addedAt: isoOf(createdAtMs), usedAt: usedAtMs === null ? null : isoOf(usedAtMs) },
    }));

  app.get(
    peoplePaths.passkeys(),
    { config: { right: 'me:read' }, schema: { tags, summary: 'Passkeys of the reader', response } },
    (request) => own(request),
  );
  app.post(
    peoplePaths.passkeyOptions(),
    {
      config: { right: 'me:change', asksSecondFactor: 'orFirst' },
      schema: { tags, summary: 'Begins to make a passkey', response: options },
    },
    async (request) => {
      const principal = principalOf(request);
      const { name } = await meViewOf(createLookup(deps.records, principal.organisationId), principal);
      return newPasskeyOptions(deps, principal, site(request), name);
    },
  );
  app.post(
    peoplePaths.passkeys(),
    {
      config: { right: 'me:change', asksSecondFactor: 'orFirst' },
      schema: { tags, summary: 'Keeps the public half of a new passkey', body: AddPasskeyCommand, response },
    },
    async (request) => {
      const made = { ...request.body, device: deviceOf(request) };
      await addPasskey(deps, principalOf(request), site(request), made);
      return own(request);
    },
  );
  app.post(
    peoplePaths.endPasskey(':passkeyId'),
    {
      config: { right: 'me:change', asksSecondFactor: 'orFirst' },
      schema: {
        ...{ tags, summary: 'A passkey opens nothing any more', response },
        params: Type.Object({ passkeyId: idOf('passkey') }),
      },
    },
    async (request) => {
      const { passkeyId } = request.params;
      const passkey = (await passkeysOf(deps.records, principalOf(request))).find(({ id }) => id === passkeyId);
      if (!passkey) throw new AppError('NOT_FOUND', 'you have no such passkey');
      await deps.records.transact((tx) => tx.update('passkey', { ...passkey, endedAtMs: deps.clock.now() }));
      return own(request);
    },
  );
  app.post(
    peoplePaths.passkeySignInOptions(),
    { config: { right: 'public', rateLimit }, schema: { tags, summary: 'Begins to sign in', response: options } },
    (request) => signInOptions(deps, site(request)),
  );
  app.post(
    peoplePaths.passkeySignIn(),
    {
      config: { right: 'public', rateLimit },
      schema: { tags, summary: 'Signs in by a passkey', body: PasskeySignInCommand, response: { 200: MeView } },
    },
    async (request, reply) => {
      const shown = { ...request.body, device: deviceOf(request) };
      const { secret, expiresAtMs, principal } = await openByPasskey(deps, site(request), shown);
      setSession(reply, principal.roles, secret, expiresAtMs - deps.wallNow());
      return meViewOf(createLookup(deps.records, principal.organisationId), principal);
    },
  );
};
