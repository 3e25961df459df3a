import { Checkbox, TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { LineList, type ListProps } from './line-list.tsx';
import { NumberField } from './number-field.tsx';
import { timePattern, weekdayName, weekdays } from './week-control.tsx';

export interface TrafficDraft {
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly factor: number | null;
}

const workdays = weekdays.slice(0, 5);
const percent = 0.01;

/** When ways take longer, on which days and by how much. */
export const TrafficList = (props: ListProps<TrafficDraft>) => {
  const words = useWords();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.traffic.add')}
      removeLabel={({ from, to }) => words.t('setUp.remove', { name: `${from}–${to}` })}
      empty={{ weekdays: workdays, from: '07:00', to: '09:00', factor: 1.3 }}
    >
      {(line, change) => (
        <>
          <Checkbox.Group
            className="set-up-wide"
            label={words.t('setUp.traffic.days')}
            value={line.weekdays.map(String)}
            onChange={(days) => change({ ...line, weekdays: days.map(Number).sort() })}
          >
            <div className="set-up-checks">
              {weekdays.map((weekday) => (
                <Checkbox key={weekday} value={String(weekday)} label={weekdayName(words, weekday, 'short')} />
              ))}
            </div>
          </Checkbox.Group>
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              className="set-up-narrow"
              label={words.t(`setUp.traffic.${end}`)}
              pattern={timePattern}
              title={words.t('setUp.week.pattern')}
              required
              value={line[end]}
              onChange={(event) => change({ ...line, [end]: event.currentTarget.value })}
            />
          ))}
          <NumberField
            label={words.t('setUp.traffic.factor')}
            required
            min={20}
            max={500}
            allowDecimal={false}
            suffix=" %"
            factor={percent}
            value={line.factor}
            onChange={(factor) => change({ ...line, factor })}
          />
        </>
      )}
    </LineList>
  );
};
