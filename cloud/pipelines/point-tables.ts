import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { PointTableContent } from '@kuluma/shared/wire/letter.ts';
import { type FedTable, fedTable } from '../core/ingest/check-samples.ts';
import type { Clock, Random, Records } from '../ports.ts';
import type { PointPeriods } from './gateway-points.ts';

type PointId = Id<'measurementPoint'>;

/** Whose tables. */
export interface TableOwner {
  readonly organisationId: Id<'organisation'>;
  readonly gatewayId: Id<'gateway'>;
}

/** Points in all kept tables: about 100 MB of ids. */
const mostKeptPoints = 500_000;

const keyOf = ({ organisationId, gatewayId }: TableOwner, tableId: string): string =>
  `${organisationId} ${gatewayId} ${tableId}`;

interface KeptTable {
  readonly pointIds: readonly PointId[];
  fed: { readonly periods: PointPeriods; readonly table: FedTable } | undefined;
}

/** The point tables of gateways: stored as records when they are first seen, and the latest used kept at hand. */
export class PointTables {
  readonly #deps: { readonly records: Records; readonly clock: Clock; readonly random: Random };
  /** The longest unused first. */
  readonly #kept = new Map<string, KeptTable>();
  #keptPoints = 0;

  constructor(deps: { readonly records: Records; readonly clock: Clock; readonly random: Random }) {
    this.#deps = deps;
  }

  /** Durable when it returns. Two processes may store the same table: they are equal by name. */
  async learn(owner: TableOwner, tables: readonly PointTableContent[]): Promise<void> {
    for (const { tableId, pointIds } of tables) {
      if (await this.#find(owner, tableId)) continue;
      const { records, clock, random } = this.#deps;
      const base = freshBase('pointTable', {
        organisationId: owner.organisationId,
        createdBy: { kind: 'policy', name: 'ingest' },
        nowMs: clock.now(),
        random,
      });
      const record = { ...base, gatewayId: owner.gatewayId, tableId, pointIds: [...pointIds] };
      await records.transact((tx) => tx.insert('pointTable', record));
      this.#keep(keyOf(owner, tableId), { pointIds, fed: undefined });
    }
  }

  /** The table with what its gateway fed, or undefined where no letter brought it yet. */
  async fed(owner: TableOwner, tableId: string, periods: PointPeriods): Promise<FedTable | undefined> {
    const kept = await this.#find(owner, tableId);
    if (!kept) return undefined;
    if (kept.fed?.periods !== periods)
      kept.fed = { periods, table: fedTable(kept.pointIds, (pointId) => periods.get(pointId)) };
    return kept.fed.table;
  }

  async #find(owner: TableOwner, tableId: string): Promise<KeptTable | undefined> {
    const key = keyOf(owner, tableId);
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const { organisationId, gatewayId } = owner;
    const query = { where: { gatewayId, tableId }, limit: 1 };
    const [stored] = await this.#deps.records.list('pointTable', organisationId, query);
    return stored && this.#keep(key, { pointIds: stored.pointIds, fed: undefined });
  }

  #keep(key: string, table: KeptTable): KeptTable {
    this.#kept.set(key, table);
    this.#keptPoints += table.pointIds.length;
    for (const [oldest, { pointIds }] of this.#kept) {
      if (this.#keptPoints <= mostKeptPoints || oldest === key) break;
      this.#kept.delete(oldest);
      this.#keptPoints -= pointIds.length;
    }
    return table;
  }
}
