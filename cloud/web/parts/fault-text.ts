import { schemaFaults } from '@kuluma/shared/errors.ts';
import type { FaultView } from '@kuluma/shared/model/views/common.ts';
import type { Words } from './words.ts';

/** What is wrong with a value and what to do, in the reader's language; undefined for a fault of no schema. */
export const schemaFaultText = (words: Words, { code, limit }: Omit<FaultView, 'path'>): string | undefined => {
  const known = schemaFaults.find((one) => one === code);
  return (
    known &&
    words.t(`fault.${known}`, {
      limit: typeof limit === 'number' ? words.number(limit, Number.isInteger(limit) ? 0 : 2) : (limit ?? ''),
    })
  );
};
