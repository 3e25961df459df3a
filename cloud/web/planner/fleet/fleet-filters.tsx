import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { type FleetPageView, fleetMatters, fleetOrders } from '@kuluma/shared/model/views/fleet.ts';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { FleetColumns } from './fleet-columns.tsx';
import type { FleetSearch } from './fleet-search.ts';

const shownGrades = ['critical', 'act', 'watch', 'unknown', 'good'] as const satisfies readonly HealthGrade[];

/** Asked while somebody types, but not for every letter. */
const pauseMs = 80;

/** What the list is narrowed to: each choice answers at once and stands in the address. */
export const FleetFilters = ({
  search,
  grades,
  onShow,
}: {
  search: FleetSearch;
  grades: FleetPageView['grades'] | undefined;
  onShow: (next: FleetSearch) => void;
}) => {
  const words = useWords();
  const { page: _, columns, ...filter } = search;
  /** Columns are no filter: they stay whatever is asked for. */
  const show = (next: FleetSearch) => onShow(columns ? { ...next, columns } : next);
  const without = (name: keyof typeof filter): FleetSearch => {
    const { [name]: _gone, ...rest } = filter;
    return rest;
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <div className="fleet-filters">
      <fieldset className="fleet-grades">
        <legend className="visually-hidden">{words.t('fleet.grades')}</legend>
        <button
          type="button"
          className="chip"
          aria-pressed={filter.grade === undefined}
          onClick={() => show(without('grade'))}
        >
          {words.t('fleet.all')}
        </button>
        {shownGrades.map((grade) => (
          <button
            key={grade}
            type="button"
            className="chip"
            aria-pressed={filter.grade === grade}
            onClick={() => show({ ...filter, grade })}
          >
            {words.t(`grade.${grade}`)} <span className="chip-count">{grades ? words.number(grades[grade]) : ''}</span>
          </button>
        ))}
      </fieldset>
      <TextFilter
        key={filter.text === undefined ? 'none' : 'some'}
        text={filter.text ?? ''}
        onText={(text) => show(text === '' ? without('text') : { ...filter, text })}
      />
      <label>
        <span className="visually-hidden">{words.t('fleet.matter')}</span>
        <select
          className="field"
          value={filter.matter ?? ''}
          onChange={(event) => {
            const matter = fleetMatters.find((one) => one === event.target.value);
            show(matter ? { ...filter, matter } : without('matter'));
          }}
        >
          <option value="">{words.t('fleet.matter.any')}</option>
          {fleetMatters.map((matter) => (
            <option key={matter} value={matter}>
              {words.t(`fleet.matter.${matter}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="visually-hidden">{words.t('fleet.order')}</span>
        <select
          className="field"
          value={filter.order ?? 'worst'}
          onChange={(event) => {
            const order = fleetOrders.find((one) => one === event.target.value);
            show(order && order !== 'worst' ? { ...filter, order } : without('order'));
          }}
        >
          {fleetOrders.map((order) => (
            <option key={order} value={order}>
              {words.t(`fleet.order.${order}`)}
            </option>
          ))}
        </select>
      </label>
      {isFiltered && (
        <button type="button" className="button plain" onClick={() => show({})}>
          <IconX size={16} aria-hidden="true" />
          {words.t('fleet.clear')}
        </button>
      )}
      <FleetColumns search={search} onShow={onShow} />
    </div>
  );
};

const TextFilter = ({ text, onText }: { text: string; onText: (text: string) => void }) => {
  const words = useWords();
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onText(typed.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  return (
    <input
      type="search"
      className="field fleet-find"
      aria-label={words.t('fleet.find')}
      placeholder={words.t('fleet.find')}
      maxLength={100}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
};
