import './stepper.css';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useId } from 'react';
import { useWords } from '../parts/language.tsx';

/** A whole number by plus, minus or keypad; fits a gloved hand. */
export const Stepper = ({
  label,
  value,
  step,
  max,
  onChange,
}: {
  label: string;
  value: number;
  step: number;
  max: number;
  onChange: (value: number) => void;
}) => {
  const words = useWords();
  const id = useId();
  const set = (next: number) => onChange(Math.min(Math.max(Math.round(next), 0), max));
  return (
    <div className="stepper">
      <label htmlFor={id}>{label}</label>
      <div>
        <button type="button" aria-label={words.t('stepper.less', { label })} onClick={() => set(value - step)}>
          <IconMinus size={20} aria-hidden="true" />
        </button>
        <input
          id={id}
          inputMode="numeric"
          pattern="[0-9]*"
          value={value}
          onChange={(event) => set(Number(event.target.value.replace(/\D/g, '')))}
        />
        <button type="button" aria-label={words.t('stepper.more', { label })} onClick={() => set(value + step)}>
          <IconPlus size={20} aria-hidden="true" />
        </button>
      </div>
    </div>
  );
};
