import type { AuditedDecision } from '@kuluma/shared/model/audit.ts';
import type { Actor } from '@kuluma/shared/model/base.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import { auditedDecision, auditedKinds, entryOf } from '../../core/audit/audited-change.ts';
import type { Clock, Random, Records, RecordTransaction, WrittenRecord } from '../../ports.ts';
import { notingTransaction } from './noting-transaction.ts';

/** What the time of an entry and its id are made of. */
export interface AuditDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

const decisionOf = async (tx: RecordTransaction, recommendation: Recommendation): Promise<AuditedDecision> => {
  const { organisationId, inputs } = recommendation;
  const ids = inputs.forecasts.map(({ forecastId }) => forecastId);
  return auditedDecision(recommendation, await tx.list('forecast', organisationId, { where: { id: ids } }), sha256);
};

/** One entry for each organisation of which the transaction wrote something that is audited. */
const append = async (
  { clock, random }: AuditDeps,
  tx: RecordTransaction,
  written: readonly WrittenRecord[],
  by: Actor | undefined,
): Promise<void> => {
  const audited = written.filter(({ kind }) => auditedKinds.includes(kind));
  for (const [organisationId, own] of Map.groupBy(audited, ({ record }) => record.organisationId)) {
    const decisions: AuditedDecision[] = [];
    // What a change of state asked for has no forecast to be asked again from.
    for (const { kind, record } of own)
      if (kind === 'recommendation' && record.version === 1 && record.inputs.forecasts.length > 0)
        decisions.push(await decisionOf(tx, record));
    const end = await tx.auditEnd(organisationId);
    const args = { organisationId, written: own, decisions, by, end, nowMs: clock.now(), random, sha256 };
    await tx.appendAudit(entryOf(args));
  }
};

/** The same records; what is audited leaves its entry in the transaction that changes it, or neither is kept. */
export const auditRecords = <R extends Omit<Records, 'watch'>>(records: R, deps: AuditDeps): R => ({
  ...records,
  transact: <T>(work: (tx: RecordTransaction) => Promise<T>, by?: Actor): Promise<T> =>
    records.transact(async (tx) => {
      const written: WrittenRecord[] = [];
      const answer = await work(notingTransaction(tx, (one) => written.push(one)));
      await append(deps, tx, written, by);
      return answer;
    }),
});
