import type { TLSSocket } from 'node:tls';

/** A certificate whose key the other side proved to have. */
export interface ShownCertificate {
  /** Its common name. */
  readonly gatewayId: string;
  /** SHA-256, hex. */
  readonly fingerprint: string;
}

/** What a connection showed, where our authority issued it and it holds today; undefined for anything else. */
export const shownCertificate = (socket: TLSSocket): ShownCertificate | undefined => {
  if (!socket.authorized) return undefined;
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  // Of two common names a certificate says nothing; ours have one.
  return typeof subject?.CN === 'string'
    ? { gatewayId: subject.CN, fingerprint: fingerprint256.replaceAll(':', '').toLowerCase() }
    : undefined;
};
