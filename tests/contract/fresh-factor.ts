import { randomUUID } from 'node:crypto';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { World } from './http-world.ts';

/** A member of staff shows a passkey in every session that they have: what asks for a second factor is open to them. */
export const freshFactor = async (world: World, organisationId: Id<'organisation'>, personId: Id<'person'>) => {
  await world.add(organisationId, 'passkey', {
    ...{ personId, contactId: null, credentialId: randomUUID(), publicKey: 'AA', signCount: 0 },
    ...{ transports: [], device: '', usedAtMs: null },
  });
  const sessions = await world.records.list('session', organisationId, { where: { personId } });
  await world.records.transact(async (tx) => {
    for (const session of sessions) await tx.update('session', { ...session, secondFactorAtMs: world.time.wallMs });
  });
};
