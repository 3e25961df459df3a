import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { DataShareUse } from '@kuluma/shared/model/data-shares.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isInForce, longestShareMs, shareLinkLifeMs } from '../core/access/share-scope.ts';
import { runsAt } from '../core/offers/legal-basis.ts';
import type { RecordReader, Records, RecordTransaction } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Grant = RecordOf<'dataShareGrant'>;
type Deps = Pick<PipelineDeps, 'clock' | 'random'>;

/** Who shares: a contact in the name of their owner. */
export interface Sharer {
  readonly organisationId: Id<'organisation'>;
  readonly ownerId: Id<'owner'>;
  readonly contactId: Id<'contact'>;
}

export type GivenShare = Pick<
  Grant,
  'recipientName' | 'purpose' | 'machineIds' | 'pointIds' | 'dataFromMs' | 'detail' | 'endsAtMs'
>;

/** What opens a grant, or leads to what does. */
export interface ShareKey {
  readonly kind: 'shareLink' | 'shareToken';
  readonly secretHash: string;
  /** Wall time. */
  readonly expiresAtMs: number;
}

const sessionFor = ({ clock, random }: Deps, { organisationId, id }: Grant, key: ShareKey): RecordOf<'session'> => ({
  ...freshBase('session', {
    ...{ organisationId, nowMs: clock.now(), random },
    createdBy: { kind: 'policy', name: 'link' },
  }),
  ...{ ...key, personId: null, contactId: null, grantId: id, roles: [] },
  ...(key.kind === 'shareLink' ? { isOnce: true } : {}),
});

/**
 * Shares data of an owner's machines, with the link that leads the third party to its key.
 * @param link.secretHash of the link; @param link.wallNowMs in which links end.
 * @throws INPUT_INVALID for an end that is over or too far; NOT_FOUND for machines or points that are not the owner's
 */
export const shareData = async (
  deps: Deps,
  tx: RecordTransaction,
  { organisationId, ownerId, contactId }: Sharer,
  given: GivenShare,
  link: { readonly secretHash: string; readonly wallNowMs: number },
): Promise<Id<'dataShareGrant'>> => {
  const nowMs = deps.clock.now();
  if (given.endsAtMs <= nowMs || given.endsAtMs > nowMs + longestShareMs)
    throw new AppError('INPUT_INVALID', 'a share ends within two years', {
      faults: [{ path: '/body/endsAtMs', message: 'out of range' }],
    });
  const own = await tx.list('machineOwnership', organisationId, { where: { ownerId } });
  const isOwn = (machineId: string) => own.some((one) => one.machineId === machineId && runsAt(one.period, nowMs));
  if (!given.machineIds.every(isOwn)) throw new AppError('NOT_FOUND', 'a machine is not the owner’s');
  for (const pointId of given.pointIds ?? []) {
    const point = await tx.get('measurementPoint', organisationId, pointId);
    if (!point || !given.machineIds.includes(point.machineId))
      throw new AppError('NOT_FOUND', 'a point is not of these machines');
  }
  const createdBy = { kind: 'contact', contactId } as const;
  const base = freshBase('dataShareGrant', { organisationId, createdBy, nowMs, random: deps.random });
  const grant: Grant = { ...base, ...given, ownerId, revokedAtMs: null };
  await tx.insert('dataShareGrant', grant);
  const expiresAtMs = link.wallNowMs + shareLinkLifeMs;
  await tx.insert('session', sessionFor(deps, grant, { kind: 'shareLink', secretHash: link.secretHash, expiresAtMs }));
  return grant.id;
};

/** Takes a share back: its key and its link open nothing from now on. @throws NOT_FOUND */
export const revokeShare = async (
  { clock }: Deps,
  tx: RecordTransaction,
  { organisationId, ownerId }: Omit<Sharer, 'contactId'>,
  grantId: string,
): Promise<void> => {
  const grant = await tx.get('dataShareGrant', organisationId, grantId);
  if (grant?.ownerId !== ownerId) throw new AppError('NOT_FOUND', 'there is no such share');
  if (grant.revokedAtMs === null) await tx.update('dataShareGrant', { ...grant, revokedAtMs: clock.now() });
};

/** The grant behind a link or a key, while it is in force. */
export const grantOf = async (
  reader: Pick<RecordReader, 'get'>,
  session: RecordOf<'session'> | undefined,
  nowMs: number,
): Promise<Grant | undefined> => {
  const grant = session?.grantId && (await reader.get('dataShareGrant', session.organisationId, session.grantId));
  return grant && isInForce(grant, nowMs) ? grant : undefined;
};

/**
 * Uses the link up for the key of the third party. Of two that use it at once the slower one finds it used.
 * @throws CONFLICT
 */
export const exchangeLink = (
  deps: Deps & { readonly records: Pick<Records, 'transact'> },
  { link, grant }: { readonly link: RecordOf<'session'>; readonly grant: Grant },
  key: { readonly secretHash: string; readonly wallNowMs: number },
): Promise<void> =>
  deps.records.transact(async (tx) => {
    await tx.update('session', { ...link, expiresAtMs: key.wallNowMs });
    // Product time ends the grant; the key itself only has to last as long.
    const expiresAtMs = key.wallNowMs + longestShareMs;
    await tx.insert(
      'session',
      sessionFor(deps, grant, { kind: 'shareToken', secretHash: key.secretHash, expiresAtMs }),
    );
  });

/** Keeps that a third party fetched data. */
export const noteUse = async (
  { clock, random }: Deps,
  tx: RecordTransaction,
  { organisationId, id: grantId }: Grant,
  use: {
    readonly machineId: Id<'machine'>;
    readonly fromMs: number;
    readonly toMs: number;
    readonly format: DataShareUse['format'];
  },
): Promise<void> =>
  tx.insert('dataShareUse', {
    ...freshBase('dataShareUse', {
      ...{ organisationId, nowMs: clock.now(), random },
      createdBy: { kind: 'policy', name: 'data-share' },
    }),
    ...{ grantId, ...use },
  });
