import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { AppError } from '@kuluma/shared/errors.ts';
import type { FastifyInstance } from 'fastify';

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Kuluma</title>
<p>The service runs, but its pages are not built. Run <code>npm run build:web</code>, then reload.</p></html>`;

/** The built pages under `/`: a folder shows its index, hashed assets are kept by the browser for a year, compressed where the build laid a copy beside. */
export const registerPages = async (app: FastifyInstance, pagesDir: string): Promise<void> => {
  await app.register(fastifyStatic, {
    root: pagesDir,
    serve: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      const forever = path.includes('/assets/');
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get<{ Params: { '*': string } }>(
    '/*',
    { config: { right: 'public' }, schema: { hide: true } },
    (request, reply) => {
      const path = request.params['*'];
      if (path.startsWith('api/')) throw new AppError('NOT_FOUND', `there is nothing at ${request.method} /${path}`);
      if (!existsSync(join(pagesDir, 'index.html'))) return reply.status(503).type('text/html').send(notBuilt);
      // A plain name: a path of the asker's making could redirect to another site.
      const isFolder = /^[\w-]+$/.test(path) && existsSync(join(pagesDir, path, 'index.html'));
      return isFolder
        ? reply.redirect(`/${path}/`)
        : reply.sendFile(path === '' || path.endsWith('/') ? `${path}index.html` : path);
    },
  );
};
