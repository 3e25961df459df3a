/**
 * Service worker of the technician's page: all files of the page are in its cache before it takes over, and are answered
 * from there. What the service knows is not its matter: the page keeps that itself. It shows that a day has changed, in words
 * that the service made.
 */

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushed extends Lasting {
  readonly data: { json(): unknown };
}
interface Tapped extends Lasting {
  readonly notification: Notification;
}
interface Page {
  readonly url: string;
  focus(): Promise<unknown>;
}
interface Fetching extends Lasting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
/** The types of browsers lack `renotify`, as not all of them know it. */
interface Note extends NotificationOptions {
  readonly renotify: boolean;
}
/** The part of a service worker's world that this one uses; the page's own world has no types for it. */
interface WorkerScope {
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { readonly type: 'window' }): Promise<readonly Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly registration: { showNotification(title: string, options: Note): Promise<void> };
  addEventListener(kind: 'install' | 'activate', listener: (event: Lasting) => void): void;
  addEventListener(kind: 'push', listener: (event: Pushed) => void): void;
  addEventListener(kind: 'notificationclick', listener: (event: Tapped) => void): void;
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

/** A newer note takes the place of one that nobody has seen yet, and is heard as that one was. */
const tag = 'day';

scope.addEventListener('push', (event) => {
  const {
    title,
    body,
    language,
    topic = tag,
  } = event.data.json() as {
    title: string;
    body: string;
    language: string;
    topic?: string;
  };
  const note = { body, lang: language, tag: topic, renotify: true, icon: `${page}icon.svg` };
  event.waitUntil(scope.registration.showNotification(title, note));
});

/** The day, in the page that is open already if one is. */
const openDay = async (): Promise<void> => {
  const open = await scope.clients.matchAll({ type: 'window' });
  const phone = open.find(({ url }) => new URL(url).pathname.startsWith(page));
  await (phone ? phone.focus() : scope.clients.openWindow(page));
};

scope.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openDay());
});
