import type { Gateway } from '@kuluma/shared/model/machines.ts';

/** What a gateway proves that it has: its token, or the key of the certificate of that fingerprint (SHA-256, hex). */
export type GatewayProof = { readonly token: string } | { readonly fingerprint: string };

/** No text hashes to this: whoever has it as the hash of its token is let in by none. */
export const noToken = '0'.repeat(64);

/** By what a gateway is let in at this time: the hash of its token, fingerprints of its certificates. */
export const waysIn = ({ tokenHash, certificates = [], endedAtMs }: Gateway, wallNowMs: number): string[] =>
  endedAtMs === undefined
    ? [
        ...(tokenHash === noToken ? [] : [tokenHash]),
        ...certificates.filter(({ expiresAtMs }) => wallNowMs < expiresAtMs).map(({ fingerprint }) => fingerprint),
      ]
    : [];

/**
 * The way by which a proof lets the gateway in; undefined where it opens nothing.
 * @param isTokenOf whether the token has that hash, in a time that does not tell. A fingerprint is public, so that only
 * a certificate may open by it and no token.
 */
export const wayInBy = (
  gateway: Gateway,
  proof: GatewayProof,
  wallNowMs: number,
  isTokenOf: (tokenHash: string, token: string) => boolean,
): string | undefined => {
  if ('token' in proof) return isTokenOf(gateway.tokenHash, proof.token) ? gateway.tokenHash : undefined;
  const ways = waysIn({ ...gateway, tokenHash: noToken }, wallNowMs);
  return ways.find((way) => way === proof.fingerprint);
};
