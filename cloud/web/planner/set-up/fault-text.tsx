import { entryFaults } from '@kuluma/shared/model/set-up-kinds.ts';
import { schemaFaultText } from '../../parts/fault-text.ts';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import type { FieldFault } from './draft.ts';

/** In the reader's language; undefined for what has no code. */
export const faultText = (words: Words, fault: FieldFault): string | undefined => {
  const code = entryFaults.find((known) => known === fault.code);
  return code ? words.t(`setUp.fault.${code}`) : schemaFaultText(words, fault);
};

/** Why something cannot be so: in the reader's language where the fault has a code, else in the service's own words. */
export const FaultText = ({ fault }: { fault: FieldFault }) => {
  const words = useWords();
  const text = faultText(words, fault);
  if (text !== undefined) return text;
  return (
    <>
      {words.t('setUp.fault')} <span lang="en">{fault.message}</span>
    </>
  );
};

/** The same below what has more than one field. */
export const FaultLine = ({ fault }: { fault: FieldFault | undefined }) =>
  fault && (
    <p className="set-up-fault">
      <FaultText fault={fault} />
    </p>
  );
