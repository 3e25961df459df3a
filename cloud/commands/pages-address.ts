import type { CloudConfig } from '../config.ts';

/** Where people reach the pages, as far as the configuration says it. */
export const pagesAddress = ({ messages, http, tls }: Pick<CloudConfig, 'messages' | 'http' | 'tls'>): string => {
  if (messages.publicUrl) return messages.publicUrl;
  const isEverywhere = http.host === '0.0.0.0' || http.host === '::';
  const host = isEverywhere ? (tls.names[0] ?? 'localhost') : http.host;
  return `${tls.kind === 'off' ? 'http' : 'https'}://${host}:${http.port}`;
};
