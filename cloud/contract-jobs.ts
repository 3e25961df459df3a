import type { Id } from '@kuluma/shared/model/base.ts';
import type { JobKind } from './adapters/job-queue/job-workers.ts';
import type { JobTable } from './job-ports.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import { resultOf } from './pipelines/job-results.ts';
import { type ReckonDeps, reckonContracts } from './pipelines/reckon-contracts.ts';

/** What contracts are worth, which is reckoned through the table of jobs: no page waits for hundreds of machines. */
export interface ContractJobs {
  readonly kind: JobKind;
  /** Of one organisation; resolves when it is done, or when nobody should wait any longer. */
  reckon(organisationId: Id<'organisation'>): Promise<void>;
  /** Has all organisations reckoned, some time soon. */
  orderAll(): Promise<void>;
}

const kind = 'reckon-contracts';
/** Whoever waits longer looks again later. */
const waitMs = 20_000;

export const createContractJobs = (deps: ReckonDeps, table: JobTable): ContractJobs => {
  const order = (organisationId: Id<'organisation'>) => {
    const name = `${kind} ${organisationId}`;
    return table.enter({ kind, name, organisationId, input: {}, mostAttempts: 2 });
  };
  return {
    kind: {
      ...{ kind, atOnce: 1 },
      run: async ({ organisationId }, { signal }) => ({
        machines: await reckonContracts(deps, organisationId, signal),
      }),
    },
    reckon: async (organisationId) => {
      const { id } = await order(organisationId);
      await resultOf(table, { id, name: `${kind} ${organisationId}` }, { leave: AbortSignal.timeout(waitMs) });
    },
    orderAll: () =>
      eachOrganisation(deps.records, async (organisationId) => {
        await order(organisationId);
      }),
  };
};
