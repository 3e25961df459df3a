import { useWords } from '../../parts/language.tsx';

export const rowsPerPage = 50;

/** Which rows of how many are shown, and the way to the others. @param page from 1 */
export const ListPages = ({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) => {
  const words = useWords();
  const from = (page - 1) * rowsPerPage + 1;
  const to = Math.min(page * rowsPerPage, total);
  return (
    <nav className="list-pages" aria-label={words.t('pages.title')}>
      <button type="button" className="button" disabled={page === 1} onClick={() => onPage(page - 1)}>
        {words.t('pages.previous')}
      </button>
      <button type="button" className="button" disabled={to >= total} onClick={() => onPage(page + 1)}>
        {words.t('pages.next')}
      </button>
      <p className="small soft" role="status">
        {words.t('pages.shown', { from: words.number(from), to: words.number(to), total: words.number(total) })}
      </p>
    </nav>
  );
};
