import { createHash } from 'node:crypto';
import type { ImportView } from '@kuluma/shared/model/views/set-up.ts';
import type { ImportPlan } from '../../core/imports/plan-import.ts';
import { type Difference, differenceOf } from '../../core/set-up/difference.ts';
import { gatewayFile } from '../../core/set-up/gateway-file.ts';
import type { Imported } from '../../pipelines/import-records.ts';

/** A page shows the first of each; more than that nobody reads. */
const mostDifferences = 500;
const mostFaults = 500;

/** What a period begins with is the time of looking, so it is no part of what was looked at. */
const markedOf = ({ place, kind, change, fields }: Difference) => [
  place,
  kind,
  change,
  fields.filter(({ name }) => name !== 'period'),
];

/** The same for the same files on the same records. */
export const importMarkOf = ({ touched, faults }: ImportPlan): string =>
  createHash('sha256')
    .update(JSON.stringify([touched.map((one) => markedOf(differenceOf(one))), faults]))
    .digest('hex');

export const importViewOf = (imported: Imported, organisationId: string, readAtMs: number): ImportView => {
  const { written, faults, gateways } = imported;
  const differences = imported.touched.map(differenceOf);
  return {
    ...{ written, readAtMs, mark: importMarkOf(imported) },
    counts: [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, list]) => {
      const fresh = list.filter(({ change }) => change === 'new').length;
      return { kind, fresh, changed: list.length - fresh };
    }),
    differences: differences.slice(0, mostDifferences).map(({ fields, ...rest }) => ({ ...rest, fields: [...fields] })),
    faults: faults.slice(0, mostFaults).map((fault) => ({ ...fault })),
    faultCount: faults.length,
    gateways: gateways.map((gateway) => ({
      ...{ key: gateway.key, gatewayId: gateway.gatewayId, token: gateway.token },
      file: gatewayFile({ organisationId, ...gateway }),
    })),
  };
};
