import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';

/** While a number is typed it may be text that is none yet: `12,`. */
const numberOf = (typed: string | number): number | null => {
  const value = typed === '' ? Number.NaN : Number(typed);
  return Number.isFinite(value) ? value : null;
};

/** Without the last digits that binary fractions leave: 140 × 0.01. */
const exact = (value: number): number => Number(value.toPrecision(12));

/** A number as the reader's language writes it; null while there is none. */
export const NumberField = ({
  value,
  factor = 1,
  onChange,
  ...shared
}: Omit<NumberInputProps, 'value' | 'onChange' | 'decimalSeparator' | 'hideControls'> & {
  value: number | null;
  /** What is kept is the number shown, times this, without a fraction where it is more than 1. */
  factor?: number;
  onChange: (value: number | null) => void;
}) => {
  const words = useWords();
  const shown = value === null ? '' : exact(value / factor);
  const [typed, setTyped] = useState<string | number>(shown);
  return (
    <NumberInput
      {...shared}
      decimalSeparator={words.language === 'en' ? '.' : ','}
      value={numberOf(typed) === numberOf(shown) ? typed : shown}
      onChange={(next) => {
        setTyped(next);
        const given = numberOf(next);
        if (given === null) onChange(null);
        else onChange(factor > 1 ? Math.round(given * factor) : exact(given * factor));
      }}
      hideControls
    />
  );
};
