import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import {
  CodeCommand,
  PasskeySignInCommand,
  RecoveryCodes,
  SecondFactorBegun,
  SecondFactorView,
} from '@kuluma/shared/model/views/people.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { freshMs, needsFactor } from '../../core/access/second-factor.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { showPasskey } from '../passkeys.ts';
import { principalOf } from '../plugins/access.ts';
import { raiseSession } from '../principal.ts';
import { beginCodes, confirmCodes, confirmedCodes, endCodes, factorsOf, showCode } from '../second-factor.ts';
import { renewCookies, sessionSecretOf } from '../session-cookie.ts';
import { meViewOf } from '../views/me.ts';
import { siteOfRequest } from './passkeys.ts';

/** A second proof of who is signed in, by codes of an app or a passkey, before acts that hand out rights or keys. */
export const registerSecondFactorRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['door'];
  const response = { 200: SecondFactorView };
  const read = { right: 'me:read' } as const;
  /** The codes lock after a few wrong ones; this spares the store. */
  const change = { right: 'me:change', rateLimit: { max: 20, timeWindow: '1 minute' } } as const;
  const view = async (request: FastifyRequest, shownAtMs = request.secondFactorAtMs): Promise<SecondFactorView> => {
    const principal = principalOf(request);
    const codes = await confirmedCodes(deps.records, principal);
    const { passkeys, hasCodes } = await factorsOf(deps.records, principal);
    const isNeeded = needsFactor(principal.roles, { hasCodes });
    const untilMs = (shownAtMs ?? 0) + freshMs;
    return {
      ...{ hasCodes, recoveryLeft: codes?.recoveryHashes.length ?? 0 },
      ...{ isNeeded, isMissing: isNeeded && !hasCodes && passkeys === 0 },
      freshUntil: untilMs > deps.wallNow() ? isoOf(untilMs) : null,
    };
  };
  const raise = async (request: FastifyRequest, reply: FastifyReply): Promise<number> => {
    const old = sessionSecretOf(request) ?? '';
    const { secret, expiresAtMs } = await raiseSession(deps, old);
    renewCookies(reply, request, old, secret, expiresAtMs - deps.wallNow());
    return deps.wallNow();
  };

  app.get(
    peoplePaths.secondFactor(),
    { config: read, schema: { tags, summary: 'Whether the reader has a second factor', response } },
    (request) => view(request),
  );
  app.post(
    peoplePaths.secondFactor(),
    {
      config: { ...change, asksSecondFactor: 'orFirst' },
      schema: {
        ...{ tags, summary: 'Begins to set up codes of an app; told this once' },
        response: { 200: SecondFactorBegun },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { name } = await meViewOf(createLookup(deps.records, principal.organisationId), principal);
      return beginCodes(deps, principal, name);
    },
  );
  app.post(
    peoplePaths.confirmSecondFactor(),
    {
      config: { ...change, asksSecondFactor: 'orFirst' },
      schema: {
        ...{ tags, summary: 'Turns codes on by a first one; recovery codes are told this once', body: CodeCommand },
        response: { 200: RecoveryCodes },
      },
    },
    async (request, reply) => {
      const codes = await confirmCodes(deps, principalOf(request), request.body.code);
      await raise(request, reply);
      return { codes };
    },
  );
  app.post(
    peoplePaths.showSecondFactor(),
    {
      config: change,
      schema: { tags, summary: 'Shows a code: dangerous acts are open for a while', body: CodeCommand, response },
    },
    async (request, reply) => {
      await showCode(deps, principalOf(request), request.body.code);
      return view(request, await raise(request, reply));
    },
  );
  app.post(
    peoplePaths.showPasskey(),
    {
      config: change,
      schema: {
        ...{ tags, summary: 'Shows a passkey: dangerous acts are open for a while', response },
        body: PasskeySignInCommand,
      },
    },
    async (request, reply) => {
      await showPasskey(deps, principalOf(request), siteOfRequest(deps, request), request.body);
      return view(request, await raise(request, reply));
    },
  );
  app.post(
    peoplePaths.endSecondFactor(),
    {
      config: { ...change, asksSecondFactor: 'orFirst' },
      schema: { tags, summary: 'Codes of the app are asked for no more', response },
    },
    async (request) => {
      await deps.records.transact((tx) => endCodes(tx, principalOf(request), deps.clock.now()));
      return view(request);
    },
  );
};
