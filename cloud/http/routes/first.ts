import { errorCodes } from '@kuluma/shared/errors.ts';
import { Language, TimeZone } from '@kuluma/shared/model/base.ts';
import { faultsOf, isValid } from '@kuluma/shared/model/validate.ts';
import { PersonFieldsCommand } from '@kuluma/shared/model/views/people.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type FirstField, type FirstPage, firstPage, noFirstPage } from '../../core/messages/first-page/first-page.ts';
import { isTimeZone } from '../../core/set-up/checks.ts';
import { createFirstOrganisation, usualTimeZone } from '../../pipelines/create-organisation.ts';
import { acceptedLanguage } from '../accepted-language.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Form, LanguageQuery, registerLetterPages, trimmed } from '../letter-pages.ts';
import { signIn } from '../principal.ts';
import { setSession } from '../session-cookie.ts';

const url = '/first';
const Query = Type.Object(LanguageQuery);
type Asked = FastifyRequest<{ Querystring: { lang?: Language } }>;

/** Nobody is known yet who could have chosen one. */
const languageOf = ({ query, headers }: Asked): Language =>
  query.lang ?? acceptedLanguage(headers['accept-language']) ?? 'fi';

const { name, email } = PersonFieldsCommand.properties;
const FirstForm = Type.Object({
  code: Type.String(),
  organisation: Type.String({ minLength: 1, maxLength: 200 }),
  ...{ name, email, language: Language, timeZone: TimeZone },
});

const firstFields = Object.keys(FirstForm.properties) as FirstField[];

const wrongIn = (written: Form): FirstField[] => {
  const faults = faultsOf(FirstForm, written).map(({ path }) => path);
  return firstFields.filter(
    (field) => !written[field] || faults.includes(`/${field}`) || (field === 'timeZone' && !isTimeZone(written[field])),
  );
};

/**
 * The page on which whoever started the service on an empty store makes its first company, by the code that was printed
 * to them. Once there is a company there is no such page, however it came to be.
 */
export const registerFirstPage = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, { style, send }) => {
    const { firstCode, records } = deps;
    const isEmpty = async (): Promise<boolean> => (await records.organisationIds()).length === 0;
    const show = (
      request: Asked,
      reply: FastifyReply,
      { status = 200, ...form }: Pick<FirstPage, 'notice' | 'wrong' | 'written'> & { status?: number },
    ) => {
      const language = languageOf(request);
      const timeZones = Intl.supportedValuesOf('timeZone');
      return send(reply, firstPage({ language, style, url, timeZones, ...form }), status);
    };
    const gone = (request: Asked, reply: FastifyReply) =>
      send(reply, noFirstPage(languageOf(request), style), errorCodes.NOT_FOUND.status);

    const schema = { hide: true, querystring: Query };
    const config = { right: 'public', rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
    scope.get(url, { config, schema }, async (request, reply) =>
      firstCode && (await isEmpty())
        ? show(request, reply, { written: { timeZone: usualTimeZone } })
        : gone(request, reply),
    );
    const toMake = { right: 'public', takesForms: true, rateLimit: { max: 10, timeWindow: '10 minutes' } } as const;
    scope.post(url, { config: toMake, schema }, async (request, reply) => {
      const written = trimmed(request.body as Form);
      // Before the store is asked: whoever was faster meanwhile has ended the code, and then there is no page.
      const isRight = firstCode?.opens(written['code'] ?? '');
      if (!firstCode || !(await isEmpty())) return gone(request, reply);
      if (!isRight) {
        request.log.warn({ reference: request.id }, 'a wrong code was tried to make the first company');
        const status = errorCodes.NOT_SIGNED_IN.status;
        return show(request, reply, { notice: 'wrongCode', wrong: ['code'], written, status });
      }
      if (!isValid(FirstForm, written) || !isTimeZone(written.timeZone)) {
        const status = errorCodes.INPUT_INVALID.status;
        return show(request, reply, { notice: 'incomplete', wrong: wrongIn(written), written, status });
      }
      const who = await createFirstOrganisation(deps, written);
      if (!who) return gone(request, reply);
      firstCode.end();
      request.log.info({ organisationId: who.organisationId }, 'the first company was made');
      const { secret, expiresAtMs } = await signIn(deps, who, request.headers['user-agent'] ?? '');
      setSession(reply, who.roles, secret, expiresAtMs - deps.wallNow());
      return reply.redirect('/', 303);
    });
  });
