import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase } from '@kuluma/shared/model/base.ts';
import type { Gateway } from '@kuluma/shared/model/machines.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import type { GatewayAuthority } from '../access-ports.ts';
import { enrolmentCode, enrolmentLifeMs, gatewayOfCode, waitingFor } from '../core/access/enrolment.ts';
import { noToken } from '../core/access/ways-in.ts';
import type { Clock, KnownGateway, Random, Records, RecordTransaction } from '../ports.ts';

interface EnrolDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Wall time. */
  readonly wallNow: () => number;
  readonly secret: () => { readonly token: string; readonly tokenHash: string };
  readonly authority: GatewayAuthority | undefined;
}

/**
 * A code by which a gateway gets a token of its own; the one before it opens nothing any more. It is told once.
 * @throws NOT_FOUND, CONFLICT for a gateway that ended
 */
export const issueEnrolment = async (
  { wallNow, secret }: Pick<EnrolDeps, 'wallNow' | 'secret'>,
  tx: RecordTransaction,
  { organisationId, gatewayId }: KnownGateway,
): Promise<{ code: string; expiresAtMs: number }> => {
  const gateway = await tx.get('gateway', organisationId, gatewayId);
  if (!gateway) throw new AppError('NOT_FOUND', 'there is no such gateway');
  if (gateway.endedAtMs !== undefined)
    throw new AppError('CONFLICT', 'the gateway has ended', { hint: 'take it back into use first' });
  const code = enrolmentCode(gateway.id, secret().token);
  const expiresAtMs = wallNow() + enrolmentLifeMs;
  await tx.update('gateway', { ...gateway, enrolment: { codeHash: sha256(code), expiresAtMs } });
  return { code, expiresAtMs };
};

export interface Enrolled extends KnownGateway {
  /** Kept nowhere but at the gateway; null for one that has a certificate instead. */
  readonly token: string | null;
  /** PEM. */
  readonly certificate: string | null;
}

const enroller: Actor = { kind: 'policy', name: 'enrolment' };

/** What lets the gateway in from now on, and nothing else: a certificate where it asks for one that we can give, or a token. */
const newWayIn = async (
  { secret, authority }: Pick<EnrolDeps, 'secret' | 'authority'>,
  gatewayId: Gateway['id'],
  request: string | undefined,
): Promise<Pick<Gateway, 'tokenHash' | 'certificates'> & Pick<Enrolled, 'token' | 'certificate'>> => {
  if (request !== undefined && authority) {
    const certificate = await authority.certify(request, gatewayId);
    return { tokenHash: noToken, certificates: [certificate], token: null, certificate: certificate.pem };
  }
  const { token, tokenHash } = secret();
  return { tokenHash, certificates: [], token, certificate: null };
};

/**
 * Takes a code for a certificate or a token; whatever the gateway had before opens nothing any more.
 * @param request for a certificate (PEM, PKCS #10); without it a token is given
 * @throws NOT_SIGNED_IN, INPUT_INVALID for a request that is none: the code is good still
 */
export const enrolGateway = async (
  deps: EnrolDeps,
  records: Records,
  { code, request }: { readonly code: string; readonly request?: string },
): Promise<Enrolled> => {
  const named = await records.findGateway(gatewayOfCode(code));
  const { id } = waitingFor(named, sha256(code), deps.wallNow());
  const { token, certificate, ...given } = await newWayIn(deps, id, request);
  return records.transact(async (tx) => {
    const found = named && (await tx.get('gateway', named.organisationId, named.id));
    const { enrolment: _, ...gateway } = waitingFor(found, sha256(code), deps.wallNow());
    const { organisationId } = await tx.update('gateway', { ...gateway, ...given });
    const base = { organisationId, createdBy: enroller, nowMs: deps.clock.now(), random: deps.random };
    await tx.insert('setUpChange', {
      ...freshBase('setUpChange', base),
      subjectId: id,
      change: 'newToken',
      fields: [],
    });
    return { organisationId, gatewayId: id, token, certificate };
  }, enroller);
};
