import { entryFaults } from '@kuluma/shared/model/set-up-kinds.ts';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';

/** Why something cannot be so: in the reader's language where the fault has a code, else in the service's own words. */
export const FaultText = ({ fault }: { fault: FieldFault }) => {
  const words = useWords();
  const code = entryFaults.find((known) => known === fault.code);
  if (code) return words.t(`setUp.fault.${code}`);
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
