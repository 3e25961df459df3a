import { NativeSelect } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { calendarDayText } from '../../parts/sentences.ts';
import { dayAfter } from './zone-time.ts';

/** A month is far enough ahead for what cannot wait and for an absence that has just begun. */
const daysAhead = 31;

/** One of the days from `firstOn` on, written as everywhere else, whatever the language of the browser. */
export const DaySelect = ({
  label,
  firstOn,
  value,
  onChange,
}: {
  label: string;
  firstOn: string;
  value: string;
  onChange: (day: string) => void;
}) => {
  const words = useWords();
  const days = Array.from({ length: daysAhead }, (_, i) => dayAfter(firstOn, i));
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={days.map((day) => ({ value: day, label: calendarDayText(words, day) }))}
    />
  );
};
