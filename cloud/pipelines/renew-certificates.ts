import type { Actor } from '@kuluma/shared/model/base.ts';
import type { GatewayCertificate } from '@kuluma/shared/model/machines.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import type { CertificateOffer } from '@kuluma/shared/wire/certificate-offer.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import type { GatewayAuthority } from '../access-ports.ts';
import type { SignedInGateway } from '../broker-ports.ts';
import type { KnownGateway, Records } from '../ports.ts';

interface RenewDeps {
  readonly records: Records;
  readonly authority: GatewayAuthority | undefined;
  /** Reaches the gateway if it listens. */
  readonly send: (gateway: KnownGateway, payload: string) => Promise<void>;
}

const renewer: Actor = { kind: 'policy', name: 'certificate-renewal' };

/** Puts `made` beside the one in use, unless the request was answered or the gateway shut out meanwhile. */
const follow = (
  records: Records,
  { organisationId, gatewayId }: KnownGateway,
  inUse: GatewayCertificate,
  answerOf: (known: readonly GatewayCertificate[] | undefined) => GatewayCertificate | undefined,
  made: GatewayCertificate,
): Promise<GatewayCertificate | undefined> =>
  records.transact(async (tx) => {
    const now = await tx.get('gateway', organisationId, gatewayId);
    const answered = answerOf(now?.certificates);
    if (answered || now?.certificates?.[0]?.fingerprint !== inUse.fingerprint) return answered;
    await tx.update('gateway', { ...now, certificates: [inUse, made] });
    return made;
  }, renewer);

/**
 * Gives a gateway that asks in its state the certificate that follows the one it has. It asks until it has it, so that
 * nothing is lost with a connection; the same request is answered by the same certificate. Whoever signs in by a token
 * gets none this way.
 */
export const answerRequest = async (
  { records, authority, send }: RenewDeps,
  gateway: KnownGateway,
  { certificateRequest: request }: GatewayState,
): Promise<void> => {
  if (request === undefined || !authority) return;
  const { organisationId, gatewayId } = gateway;
  const answerOf = (known: readonly GatewayCertificate[] = []) =>
    known.find(({ requestHash }) => requestHash === sha256(request));
  const known = (await records.get('gateway', organisationId, gatewayId))?.certificates ?? [];
  const answer =
    answerOf(known) ??
    (known[0] && (await follow(records, gateway, known[0], answerOf, await authority.certify(request, gatewayId))));
  if (answer) await send(gateway, JSON.stringify({ v: 1, pem: answer.pem } satisfies CertificateOffer));
};

/** Once the certificate that follows is used, the one before opens nothing any more. */
export const endFollowed = async (
  records: Records,
  { organisationId, gatewayId, wayIn }: SignedInGateway,
): Promise<void> => {
  const known = (await records.get('gateway', organisationId, gatewayId))?.certificates ?? [];
  if (known[1]?.fingerprint !== wayIn) return;
  await records.transact(async (tx) => {
    const now = await tx.get('gateway', organisationId, gatewayId);
    const used = now?.certificates?.find(({ fingerprint }) => fingerprint === wayIn);
    if (now && used) await tx.update('gateway', { ...now, certificates: [used] });
  }, renewer);
};
