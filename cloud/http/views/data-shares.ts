import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isInForce } from '../../core/access/share-scope.ts';
import type { ShareRow } from '../../core/messages/data-pages/machine-data-page.ts';
import type { RecordReader } from '../../ports.ts';

type Grant = RecordOf<'dataShareGrant'>;

const rowOf = async (reader: RecordReader, grant: Grant, nowMs: number): Promise<ShareRow> => {
  const { id, organisationId, revokedAtMs, endsAtMs, pointIds, recipientName, purpose, detail } = grant;
  const where = { grantId: id };
  const [last] = await reader.list('dataShareUse', organisationId, { where, newestFirst: true, limit: 1 });
  const keys = await reader.naming('session', organisationId, [id]);
  return {
    ...{ grantId: id, recipientName, purpose, detail, endsAtMs, points: pointIds?.length ?? null },
    endedAtMs: isInForce(grant, nowMs) ? null : Math.min(revokedAtMs ?? endsAtMs, endsAtMs),
    isTaken: keys.some(({ kind }) => kind === 'shareToken'),
    uses: await reader.count('dataShareUse', organisationId, { where }),
    lastUseMs: last?.createdAtMs ?? null,
  };
};

/** What an owner shares or shared of a machine, newest first. */
export const shareRows = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  { ownerId, machineId }: { readonly ownerId: string; readonly machineId: Id<'machine'> },
  nowMs: number,
): Promise<ShareRow[]> => {
  const grants = await reader.list('dataShareGrant', organisationId, { where: { ownerId }, newestFirst: true });
  const own = grants.filter(({ machineIds }) => machineIds.includes(machineId));
  return Promise.all(own.map((grant) => rowOf(reader, grant, nowMs)));
};
