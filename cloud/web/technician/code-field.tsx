import { IconQrcode } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { CodeCamera } from '../parts/code-camera.tsx';
import { canScan } from '../parts/label-code.ts';
import { useWords } from '../parts/language.tsx';

/** A code from the camera where the browser reads codes; everywhere typed, or from a hand scanner, which types. */
export const CodeField = ({
  label,
  value,
  most = 300,
  onChange,
}: {
  label: string;
  value: string;
  /** Characters. */
  most?: number;
  onChange: (code: string) => void;
}) => {
  const words = useWords();
  const id = useId();
  const [isScanning, setScanning] = useState(false);
  const take = (code: string): boolean => {
    onChange(code.slice(0, most));
    setScanning(false);
    return true;
  };
  return (
    <div className="code-field">
      <label className="report-note" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="field"
        type="search"
        autoComplete="off"
        maxLength={most}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {canScan() && (
        <button type="button" className="button" aria-expanded={isScanning} onClick={() => setScanning(!isScanning)}>
          <IconQrcode size={20} aria-hidden="true" />
          {words.t('code.camera')}
        </button>
      )}
      {isScanning && <CodeCamera hold={words.t('code.hold')} onCode={take} />}
    </div>
  );
};
