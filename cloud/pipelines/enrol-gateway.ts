import { AppError } from '@kuluma/shared/errors.ts';
import { type Actor, freshBase } from '@kuluma/shared/model/base.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import { enrolmentCode, enrolmentLifeMs, gatewayOfCode, waitingFor } from '../core/access/enrolment.ts';
import type { Clock, KnownGateway, Random, Records, RecordTransaction } from '../ports.ts';

interface EnrolDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Wall time. */
  readonly wallNow: () => number;
  readonly secret: () => { readonly token: string; readonly tokenHash: string };
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
  /** Kept nowhere but at the gateway. */
  readonly token: string;
}

const enroller: Actor = { kind: 'policy', name: 'enrolment' };

/** Takes a code for a token; whatever the gateway had before opens nothing any more. @throws NOT_SIGNED_IN */
export const enrolGateway = async (deps: EnrolDeps, records: Records, code: string): Promise<Enrolled> => {
  const named = await records.findGateway(gatewayOfCode(code));
  return records.transact(async (tx) => {
    const found = named && (await tx.get('gateway', named.organisationId, named.id));
    const { enrolment: _, ...gateway } = waitingFor(found, sha256(code), deps.wallNow());
    const { token, tokenHash } = deps.secret();
    const { organisationId, id } = await tx.update('gateway', { ...gateway, tokenHash });
    const base = { organisationId, createdBy: enroller, nowMs: deps.clock.now(), random: deps.random };
    await tx.insert('setUpChange', {
      ...freshBase('setUpChange', base),
      subjectId: id,
      change: 'newToken',
      fields: [],
    });
    return { organisationId, gatewayId: id, token };
  }, enroller);
};
