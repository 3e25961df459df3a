import { newId } from '@kuluma/shared/model/base.ts';
import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import { fieldOf, isSameValue } from '@kuluma/shared/model/merged-work.ts';
import type { WorkEntry, WorkValue } from '@kuluma/shared/model/visit-work.ts';

/** For ids that the phone makes. */
export const phoneRandom = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;

/** Statements of the values; what stands already and is undisputed needs none. */
export const statementsOf = (work: ReadonlyMap<string, WorkField>, values: readonly WorkValue[]): WorkEntry[] =>
  values.flatMap((value) => {
    const stands = work.get(fieldOf(value));
    if (stands && stands.others.length === 0 && isSameValue(stands.value, value)) return [];
    return [{ entryId: newId('visitEntry', phoneRandom), value, replaces: [...(stands?.heads ?? [])] }];
  });
