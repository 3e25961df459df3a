import { TextInput, type TextInputProps } from '@mantine/core';
import { useWords } from '../parts/language.tsx';
import { calendarDayText } from '../parts/sentences.ts';

/**
 * A day of the calendar (`2026-11-23`; empty while there is none), typed or picked as the browser has it, which writes it
 * in its own language and knows no weeks: so the day and its week stand below in the reader's.
 */
export const DayField = ({
  value,
  onChange,
  ...shared
}: Omit<TextInputProps, 'type' | 'value' | 'onChange' | 'description'> & {
  value: string;
  onChange: (day: string) => void;
}) => (
  <TextInput
    {...shared}
    type="date"
    inputWrapperOrder={['label', 'input', 'description', 'error']}
    description={<DayText day={value} />}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);

/** A day in words, with its week; it keeps its place while there is none. */
const DayText = ({ day }: { day: string }) => {
  const words = useWords();
  return <span aria-live="polite">{day === '' ? '\u00a0' : calendarDayText(words, day)}</span>;
};
