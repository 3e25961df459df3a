import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf, type Language, languages } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { SharedDataView } from '@kuluma/shared/model/views/shared-data.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sharedPoints, sharedRanges, sharedTime } from '../../core/access/share-scope.ts';
import { sharePage } from '../../core/messages/data-pages/share-page.ts';
import { dataWords } from '../../core/messages/data-pages/words.ts';
import { plainPage } from '../../core/messages/owner-pages/owner-frame.ts';
import { exchangeLink, grantOf, noteUse } from '../../pipelines/data-shares.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import { bearerOf } from '../bearer.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { LanguageQuery, type LetterPages, registerLetterPages } from '../letter-pages.ts';
import { askedTime, checkFormat, sendMachineData } from '../machine-data-reply.ts';
import { liveSession } from '../principal.ts';
import { hashOf, newSecret } from '../secrets.ts';
import { DataQuery } from './machine-data.ts';

type Grant = RecordOf<'dataShareGrant'>;

type KeyShown = Pick<FastifyRequest, 'headers'>;

/** The grant of the key that a program shows, while it is in force. */
export const grantBehind = async (deps: HttpDeps, request: KeyShown): Promise<Grant | undefined> => {
  const session = await liveSession(deps, bearerOf(request), 'shareToken');
  return grantOf(deps.records, session, deps.clock.now());
};

/** The grant of the key that a program shows. @throws NOT_SIGNED_IN, the same for one that is unknown, over or taken back */
export const requireGrant = async (deps: HttpDeps, request: KeyShown): Promise<Grant> => {
  const grant = await grantBehind(deps, request);
  if (grant) return grant;
  throw new AppError('NOT_SIGNED_IN', 'this key opens nothing', { hint: 'ask the owner of the machine to share anew' });
};

const viewOf = async (deps: HttpDeps, grant: Grant): Promise<SharedDataView> => {
  const lookup = createLookup(deps.records, grant.organisationId);
  return {
    owner: needed(await lookup.get('owner', grant.ownerId), 'owner').name,
    ...{ recipient: grant.recipientName, purpose: grant.purpose, detail: grant.detail, endsAt: isoOf(grant.endsAtMs) },
    dataFromAt: grant.dataFromMs === null ? null : isoOf(grant.dataFromMs),
    machines: await Promise.all(
      grant.machineIds.map(async (machineId) => {
        const machine = needed(await lookup.get('machine', machineId), 'machine');
        const model = needed(await lookup.get('machineModel', machine.machineModelId), 'machine model');
        const points = sharedPoints(grant, await lookup.by('measurementPoint', 'machineId', machineId));
        return {
          ...{ machineId, tag: machine.tag, modelName: model.name, dataPath: apiPaths.sharedMachineData(machineId) },
          livePath: grant.detail === 'raw' ? apiPaths.sharedMachineLive(machineId) : null,
          points: points.map(({ id: pointId, name, role, unit }) => ({ pointId, name, role, unit })),
        };
      }),
    ),
  };
};

/** What third parties fetch by their key (Data Act Article 5); every fetch is kept for the owner to see. */
export const registerSharedData = (app: App, deps: HttpDeps): void => {
  const tags = ['shared data'];
  const config = { right: 'public', rateLimit: { max: 30, timeWindow: '1 minute' } } as const;
  app.get(
    apiPaths.sharedData(),
    {
      config,
      schema: { tags, summary: 'What an owner shares with whoever shows this key', response: { 200: SharedDataView } },
    },
    async (request) => viewOf(deps, await requireGrant(deps, request)),
  );
  app.get(
    apiPaths.sharedMachineData(':machineId'),
    {
      config,
      schema: {
        ...{ tags, summary: 'The shared data of a machine in a time', querystring: DataQuery },
        params: Type.Object({ machineId: idOf('machine') }),
      },
    },
    async (request, reply) => {
      const grant = await requireGrant(deps, request);
      const { machineId } = request.params;
      const { fromAt, toAt, format = 'json' } = request.query;
      // What is refused was not fetched.
      checkFormat(grant.detail, format);
      const nowMs = deps.clock.now();
      const asked = sharedTime(grant, askedTime(Date.parse(fromAt), Date.parse(toAt)), nowMs);
      const lookup = createLookup(deps.records, grant.organisationId);
      const machine = grant.machineIds.includes(machineId) ? await lookup.get('machine', machineId) : undefined;
      if (!machine) throw new AppError('NOT_FOUND', 'there is no such machine');
      const ranges = sharedRanges(grant, await lookup.by('machineOwnership', 'machineId', machineId), machineId, asked);
      const data = {
        ...{ machine, ranges, detail: grant.detail },
        model: needed(await lookup.get('machineModel', machine.machineModelId), 'machine model'),
        points: sharedPoints(grant, await lookup.by('measurementPoint', 'machineId', machineId)),
      };
      await deps.records.transact((tx) => noteUse(deps, tx, grant, { machineId, ...asked, format }));
      return sendMachineData(deps, reply, data, format);
    },
  );
  registerLetterPages(app, deps, (scope, pages) => registerSharePage(scope, deps, pages));
};

const registerSharePage = (scope: App, deps: HttpDeps, { style, send }: LetterPages): void => {
  const config = { right: 'public', fromElsewhere: true, rateLimit: { max: 30, timeWindow: '1 minute' } } as const;
  const params = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
  const schema = { hide: true, params, querystring: Type.Object(LanguageQuery) };
  const linkOf = async (secret: string) => {
    const link = await liveSession(deps, secret, 'shareLink');
    const grant = await grantOf(deps.records, link, deps.clock.now());
    return link && grant ? { link, grant } : undefined;
  };
  const gone = (reply: FastifyReply, language: Language) => {
    const words = dataWords(language);
    const said = { what: words.t('share.gone'), next: words.t('share.goneNext') };
    return send(reply, plainPage(language, style, said), errorCodes.EXPIRED.status);
  };
  const show = async (
    { host, protocol }: FastifyRequest,
    reply: FastifyReply,
    { grant, language, secret }: { readonly grant: Grant; readonly language: Language; readonly secret: string },
    token?: string,
  ) => {
    const lookup = createLookup(deps.records, grant.organisationId);
    const listUrl = `${protocol}://${host}${apiPaths.sharedData()}`;
    const page = sharePage({
      ...{ language, style, url: `/share/${secret}`, recipientName: grant.recipientName, purpose: grant.purpose },
      company: needed(await lookup.get('organisation', grant.organisationId), 'organisation').name,
      ownerName: needed(await lookup.get('owner', grant.ownerId), 'owner').name,
      machines: grant.machineIds.length,
      key: token === undefined ? undefined : { token, listUrl },
    });
    return send(reply, page);
  };
  const languageOf = ({ query }: { readonly query: { readonly lang?: Language } }): Language =>
    query.lang ?? languages[languages.length - 1] ?? 'en';
  scope.get('/share/:secret', { config, schema }, async (request, reply) => {
    const { secret } = request.params;
    const found = await linkOf(secret);
    const language = languageOf(request);
    return found ? show(request, reply, { grant: found.grant, language, secret }) : gone(reply, language);
  });
  scope.post('/share/:secret', { config, schema }, async (request, reply) => {
    const { secret } = request.params;
    const language = languageOf(request);
    const found = await linkOf(secret);
    if (!found) return gone(reply, language);
    const token = newSecret();
    try {
      await exchangeLink(deps, found, { secretHash: hashOf(token), wallNowMs: deps.wallNow() });
    } catch (error) {
      if (asAppError(error).code !== 'CONFLICT') throw error;
      return gone(reply, language);
    }
    return show(request, reply, { grant: found.grant, language, secret }, token);
  });
};
