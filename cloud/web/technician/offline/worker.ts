/**
 * Service worker of the technician's page: all files of the page are in its cache before it takes over, and are answered
 * from there. What the service knows is not its matter: the page keeps that itself.
 */

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
/** The part of a service worker's world that this one uses; the page's own world has no types for it. */
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  addEventListener(kind: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Fetching) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const page = '/technician/';
/** Written by the build: a mark of the version, then the addresses of all files of the page. */
const [version = '', ...files] = '__SHELL__'.split(' ');
const cacheName = `${page}${version}`;
const known = new Set(files);

scope.addEventListener('install', (event) =>
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll([page, ...files]))),
);

scope.addEventListener('activate', (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith(page) && name !== cacheName).map((name) => caches.delete(name)),
        ),
      )
      .then(() => scope.clients.claim()),
  ),
);

const fromCache = async (path: string, request: Request): Promise<Response> =>
  (await (await caches.open(cacheName)).match(path)) ?? fetch(request);

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && pathname.startsWith(page)) event.respondWith(fromCache(page, request));
  else if (known.has(pathname)) event.respondWith(fromCache(pathname, request));
});
