import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { AppError } from '@kuluma/shared/errors.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import fastify, { type FastifyBaseLogger, type FastifyHttpOptions, LogController } from 'fastify';
import type { TSchema } from 'typebox';
import { Convert, Default } from 'typebox/value';
import { recordsFor } from '../pipelines/records-for.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';
import { registerAccess } from './plugins/access.ts';
import { describeApi } from './plugins/describe-api.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerPages } from './plugins/pages.ts';
import { registerProblems } from './plugins/problems.ts';
import { registerSameOrigin } from './plugins/same-origin.ts';
import { registerRoutes } from './routes/routes.ts';

/** Everything comes from our own origin; the pages' inline styles are set by scripts on elements, which CSP allows. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

const yearS = 365 * 24 * 3600;

/** Makes another server than that of plain HTTP. */
type ServerOf = (handler: RequestListener) => Server;

/** What monitoring asks every process for. */
const monitored: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** The HTTP service, ready to listen or to be injected into; it opens no port. */
export const buildApp = async (deps: HttpDeps, serverOf?: ServerOf): Promise<App> => {
  const serving: Pick<FastifyHttpOptions<Server, FastifyBaseLogger>, 'serverFactory'> = serverOf
    ? { serverFactory: (handler) => serverOf(handler) }
    : {};
  const app: App = fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    // Failures are logged with their reference; a line per request would drown them.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: deps.trustProxy,
    bodyLimit: 256 * 1024,
    // Who was asked before the end gets an answer: see server.ts.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    ...serving,
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => (input: unknown) => {
    // Texts of a URL become the numbers that they spell; a body has its own types.
    const value = httpPart === 'body' ? input : Convert(schema, Default(schema, input));
    const faults = faultsOf(schema, value, httpPart ? `/${httpPart}` : '');
    return faults.length === 0
      ? { value }
      : { error: new AppError('INPUT_INVALID', `the request has ${faults.length} fault(s)`, { faults }) };
  });
  // Browsers heed it only where it came over TLS: from our own server, or by a proxy before it.
  const hsts = serverOf || deps.trustProxy ? { maxAge: yearS, includeSubDomains: false } : false;
  app.addHook('onSend', async (_, reply) => {
    if (deps.isLeaving?.()) reply.header('connection', 'close');
  });
  registerProblems(app);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, { contentSecurityPolicy, hsts, referrerPolicy: { policy: 'no-referrer' } });
  await app.register(fastifyRateLimit, { global: false });
  await app.register(fastifySwagger, describeApi);
  if (deps.answersMonitoringOnly)
    app.addHook('onRequest', async ({ routeOptions }) => {
      if (!monitored.has(routeOptions.url ?? ''))
        throw new AppError('NOT_FOUND', 'this process has other work', { hint: 'ask one whose role is api' });
    });
  registerAccess(app, { ...deps, records: recordsFor('signIn', deps.records) });
  registerSameOrigin(app);
  registerMetrics(app, deps);
  await registerRoutes(app, deps);
  await registerPages(app, deps.pagesDir);
  return app;
};
