import { newId } from '@kuluma/shared/model/base.ts';
import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import { fieldOf, isSameValue } from '@kuluma/shared/model/merged-work.ts';
import type { WorkEntry, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { browserRandom } from '../parts/random.ts';

/** Statements of the values; what stands already and is undisputed needs none. */
export const statementsOf = (work: ReadonlyMap<string, WorkField>, values: readonly WorkValue[]): WorkEntry[] =>
  values.flatMap((value) => {
    const stands = work.get(fieldOf(value));
    if (stands && stands.others.length === 0 && isSameValue(stands.value, value)) return [];
    return [{ entryId: newId('visitEntry', browserRandom), value, replaces: [...(stands?.heads ?? [])] }];
  });
