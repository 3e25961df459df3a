/** The page itself, kept on the phone by its service worker. */
const scope = '/technician/';

/** Without a secure address there is no service worker: then the page needs the service to open, and nothing else changes. */
export const keepShell = (): void => {
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register(`${scope}worker.js`, { scope });
};

export const forgetShell = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return;
  await (await navigator.serviceWorker.getRegistration(scope))?.unregister();
  for (const name of await caches.keys()) if (name.startsWith(scope)) await caches.delete(name);
};
