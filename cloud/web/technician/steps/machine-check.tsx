import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { isCodeOf } from '../../parts/label-code.ts';
import { useWords } from '../../parts/language.tsx';
import { CodeField } from '../code-field.tsx';

/** Long enough that a code which is still being typed is not called a wrong one. */
const typedMs = 700;

/** Is this the machine? A wrong code warns and stops nobody: labels get lost, and plates are changed. */
export const MachineCheck = ({ machine }: { machine: MachineHead }) => {
  const words = useWords();
  const [code, setCode] = useState('');
  const [checked, setChecked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setChecked(code.trim()), typedMs);
    return () => clearTimeout(timer);
  }, [code]);
  const { tag, serialNumber } = machine;
  const isRight = isCodeOf(machine, code);
  const isWrong = !isRight && checked !== '' && checked === code.trim();
  return (
    <section className="machine-check">
      <CodeField label={words.t('code.machine', { tag })} value={code} onChange={setCode} />
      <p role="status" data-state={isRight ? 'right' : isWrong ? 'wrong' : undefined}>
        {isRight && (
          <>
            <IconCheck size={20} aria-hidden="true" />
            {words.t('code.right', { tag })}
          </>
        )}
        {isWrong && (
          <>
            <IconAlertTriangle size={20} aria-hidden="true" />
            {words.t('code.wrong', { tag, serial: serialNumber })}
          </>
        )}
      </p>
    </section>
  );
};
