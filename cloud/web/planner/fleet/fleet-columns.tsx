import { fleetColumns } from '@kuluma/shared/model/views/fleet.ts';
import { Checkbox, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { type FleetColumn, type FleetSearch, usualColumns } from './fleet-search.ts';

/** Which columns the list has; they stand in the address and go with a view that is kept. */
export const FleetColumns = ({ search, onShow }: { search: FleetSearch; onShow: (next: FleetSearch) => void }) => {
  const words = useWords();
  const shown = search.columns ?? usualColumns;
  const choose = (next: readonly string[]) => {
    const { columns: _, ...rest } = search;
    const columns: FleetColumn[] = fleetColumns.filter((column) => next.includes(column));
    const isUsual = columns.join() === usualColumns.join();
    onShow(isUsual ? rest : { ...rest, columns });
  };
  return (
    <Popover position="bottom-start" withinPortal={false} trapFocus>
      <Popover.Target>
        <button type="button" className="chip">
          <IconColumns3 size={16} aria-hidden="true" />
          {words.t('fleet.columns')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group aria-label={words.t('fleet.columns')} value={[...shown]} onChange={choose}>
          <div className="fleet-column-list">
            {fleetColumns.map((column) => (
              <Checkbox key={column} value={column} label={words.t(`fleet.${column}`)} />
            ))}
          </div>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
};
