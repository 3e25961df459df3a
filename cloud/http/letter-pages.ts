import { asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { Language, languages } from '@kuluma/shared/model/base.ts';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { noOfferPage } from '../core/messages/offer-page/offer-page.ts';
import { plainPage } from '../core/messages/owner-pages/owner-frame.ts';
import { ownerWords } from '../core/messages/owner-pages/words.ts';
import type { App } from './fastify-app.ts';
import { helperBehind } from './helper-behind.ts';
import type { HttpDeps } from './http-deps.ts';
import { readLetterStyle, sha256Base64 } from './letter-style.ts';

/** Fields of a form as the browser sends them. */
export type Form = Record<string, string>;

export const trimmed = (form: Form): Form =>
  Object.fromEntries(Object.entries(form).map(([name, text]) => [name, text.trim()]));

/** The language that a reader chose on the page. */
export const LanguageQuery = { lang: Type.Optional(Language) };

/** How pages that the service writes itself are sent. */
export interface LetterPages {
  /** Of every such page, to stand within it. */
  readonly style: string;
  /** @param script that the page holds, which the browser may run */
  send(reply: FastifyReply, page: string, status?: number, script?: string): FastifyReply;
}

const tooManyRequests = 429;

/**
 * Routes whose pages the service writes: they take forms, need no script, are kept by no cache, and say what is wrong as a
 * page.
 */
export const registerLetterPages = (
  app: App,
  deps: Pick<HttpDeps, 'pagesDir' | 'records'>,
  register: (scope: App, pages: LetterPages) => void,
): void => {
  const { style, contentSecurityPolicy } = readLetterStyle(deps.pagesDir);
  const policyFor = (script: string | undefined): string =>
    script === undefined
      ? contentSecurityPolicy
      : `${contentSecurityPolicy};script-src 'sha256-${sha256Base64(script)}';connect-src 'self'`;
  const send: LetterPages['send'] = (reply, page, status = 200, script) =>
    reply
      .status(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      // The browser names the origin of a form only where it may tell our own site the referrer.
      .header('referrer-policy', 'same-origin')
      .header('content-security-policy', policyFor(script))
      .send(page);
  app.register(async (scope: App) => {
    // Fields of anything but a form need not be text.
    scope.removeAllContentTypeParsers();
    scope.addHook('preHandler', async (request) => {
      request.body ??= {} satisfies Form;
    });
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      // A browser counts the end of a line as one sign, and sends two.
      done(null, Object.fromEntries(new URLSearchParams(String(body).replaceAll('%0D%0A', '%0A')))),
    );
    scope.setErrorHandler(async (error, request, reply) => {
      const { code } = asAppError(error);
      const status = (error as { statusCode?: number }).statusCode ?? errorCodes[code].status;
      const refused = { code, status, at: request.routeOptions.url, reference: request.id };
      if (status >= 500) request.log.error({ err: error, ...refused }, 'request failed');
      // Without the address as it was asked for: the secret of a link stands in it.
      else request.log.info(refused, 'a page was refused');
      const { lang } = request.query as { lang?: unknown };
      const language = languages.find((one) => one === lang) ?? 'fi';
      const helper = await helperBehind(deps.records, request);
      if (code === 'NOT_SIGNED_IN') {
        const words = ownerWords(language);
        const said = { what: words.t('machines.signedOut'), next: words.t('machines.signedOutNext') };
        return send(reply, plainPage(language, style, said, helper), status);
      }
      const isOurs = status >= 500 || status === tooManyRequests;
      const reference = isOurs ? request.id : undefined;
      return send(reply, noOfferPage(language, style, { reference, helper }), status);
    });
    register(scope, { style, send });
  });
};
