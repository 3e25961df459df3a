import { useWords } from '../../parts/language.tsx';
import { type FleetSearch, rowsPerPage } from './fleet-search.ts';

/** Which rows of how many are shown, and the way to the others. */
export const FleetPages = ({
  search,
  total,
  onShow,
}: {
  search: FleetSearch;
  total: number;
  onShow: (next: FleetSearch) => void;
}) => {
  const words = useWords();
  const { page = 1 } = search;
  const from = (page - 1) * rowsPerPage + 1;
  const to = Math.min(page * rowsPerPage, total);
  return (
    <nav className="fleet-pages" aria-label={words.t('fleet.pages')}>
      <button
        type="button"
        className="button"
        disabled={page === 1}
        onClick={() => onShow({ ...search, page: page - 1 })}
      >
        {words.t('fleet.previous')}
      </button>
      <button
        type="button"
        className="button"
        disabled={to >= total}
        onClick={() => onShow({ ...search, page: page + 1 })}
      >
        {words.t('fleet.next')}
      </button>
      <p className="small soft" role="status">
        {words.t('fleet.shown', { from: words.number(from), to: words.number(to), total: words.number(total) })}
      </p>
    </nav>
  );
};
