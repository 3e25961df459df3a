import { TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { LineList } from './list-controls.tsx';
import { NumberField } from './number-field.tsx';
import { timePattern } from './week-control.tsx';

/** A rule of each working day that there is or is not. */
interface RuleProps<Rule> {
  readonly legend: string;
  readonly fault: FieldFault | undefined;
  readonly value: Rule | null;
  readonly onChange: (value: Rule | null) => void;
}

interface BreakDraft {
  readonly minutes: number | null;
  readonly from: string;
  readonly to: string;
}

/** How long the break is, and between when it begins. */
export const BreakControl = ({ legend, fault, value, onChange }: RuleProps<BreakDraft>) => {
  const words = useWords();
  return (
    <LineList
      legend={legend}
      fault={fault}
      value={value ? [value] : []}
      onChange={([line = null]) => onChange(line)}
      most={1}
      empty={{ minutes: 30, from: '10:45', to: '12:30' }}
      addLabel={words.t('setUp.break.add')}
      removeLabel={() => words.t('setUp.remove', { name: legend })}
    >
      {(line, change) => (
        <>
          <NumberField
            label={words.t('setUp.break.minutes')}
            required
            min={1}
            allowDecimal={false}
            value={line.minutes}
            onChange={(minutes) => change({ ...line, minutes })}
          />
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              label={words.t(`setUp.break.${end}`)}
              pattern={timePattern}
              title={words.t('setUp.week.pattern')}
              required
              value={line[end]}
              onChange={(event) => change({ ...line, [end]: event.currentTarget.value })}
            />
          ))}
        </>
      )}
    </LineList>
  );
};

interface OvertimeDraft {
  readonly minutes: number | null;
  readonly extraPerHourCents: number | null;
}

const cents = 100;

/** How much overtime a day may have, and what it costs more. */
export const OvertimeControl = ({ legend, fault, value, onChange }: RuleProps<OvertimeDraft>) => {
  const words = useWords();
  return (
    <LineList
      legend={legend}
      fault={fault}
      value={value ? [value] : []}
      onChange={([line = null]) => onChange(line)}
      most={1}
      empty={{ minutes: 60, extraPerHourCents: null }}
      addLabel={words.t('setUp.overtime.add')}
      removeLabel={() => words.t('setUp.remove', { name: legend })}
    >
      {(line, change) => (
        <>
          <NumberField
            label={words.t('setUp.overtime.minutes')}
            required
            min={1}
            allowDecimal={false}
            value={line.minutes}
            onChange={(minutes) => change({ ...line, minutes })}
          />
          <NumberField
            label={words.t('setUp.overtime.extra')}
            required
            min={0}
            decimalScale={2}
            suffix=" €"
            factor={cents}
            value={line.extraPerHourCents}
            onChange={(extraPerHourCents) => change({ ...line, extraPerHourCents })}
          />
        </>
      )}
    </LineList>
  );
};
