import { TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';

interface NamesDraft {
  readonly fi: string;
  readonly sv: string;
  readonly en: string;
}

/** A name in three languages; the Finnish one stands in for the others. */
export const NamesControl = ({
  legend,
  fault,
  value,
  onChange,
}: {
  legend: string;
  fault: FieldFault | undefined;
  value: NamesDraft;
  onChange: (value: NamesDraft) => void;
}) => {
  const words = useWords();
  return (
    <fieldset className="set-up-fieldset">
      <legend>{legend}</legend>
      <div className="set-up-names">
        {(['fi', 'sv', 'en'] as const).map((language) => (
          <TextInput
            key={language}
            label={words.t(`setUp.word.${language}`)}
            required={language === 'fi'}
            placeholder={language === 'fi' ? '' : value.fi}
            value={value[language]}
            onChange={(event) => onChange({ ...value, [language]: event.currentTarget.value })}
          />
        ))}
      </div>
      <FaultLine fault={fault} />
    </fieldset>
  );
};
