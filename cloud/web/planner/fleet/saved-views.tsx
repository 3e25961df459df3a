import { IconDeviceFloppy, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { type FleetSearch, fleetSearchOf } from './fleet-search.ts';

interface SavedView {
  readonly name: string;
  readonly search: FleetSearch;
}

const storageKey = 'kuluma.fleetViews';

/** What stands in the browser may be of another version, or of nobody's making. */
const readViews = (): SavedView[] => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.flatMap((view: Partial<SavedView> | null) =>
      typeof view?.name === 'string' ? [{ name: view.name, search: fleetSearchOf({ ...view.search }) }] : [],
    );
  } catch {
    return [];
  }
};

/** Filters that a planner comes back to, kept on this device under a name. */
export const SavedViews = ({ search, onShow }: { search: FleetSearch; onShow: (next: FleetSearch) => void }) => {
  const words = useWords();
  const [views, setViews] = useState(readViews);
  const [name, setName] = useState<string | null>(null);
  const keep = (next: SavedView[]) => {
    localStorage.setItem(storageKey, JSON.stringify(next));
    setViews(next);
  };
  const { page: _, ...filter } = search;
  const canSave = Object.keys(filter).length > 0;
  const save = (event: FormEvent) => {
    event.preventDefault();
    const called = name?.trim() ?? '';
    if (called === '') return;
    keep([...views.filter((view) => view.name !== called), { name: called, search: filter }]);
    setName(null);
  };
  if (views.length === 0 && !canSave) return null;
  return (
    <div className="saved-views">
      <ul aria-label={words.t('views.title')}>
        {views.map((view) => (
          <li key={view.name} className="chip-pair">
            <Link className="chip" to="/fleet" search={view.search} onClick={() => onShow(view.search)}>
              {view.name}
            </Link>
            <button
              type="button"
              className="chip"
              aria-label={words.t('views.remove', { name: view.name })}
              onClick={() => keep(views.filter((other) => other !== view))}
            >
              <IconX size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {canSave && name === null && (
        <button type="button" className="chip" onClick={() => setName('')}>
          <IconDeviceFloppy size={16} aria-hidden="true" />
          {words.t('views.save')}
        </button>
      )}
      {name !== null && (
        <form onSubmit={save}>
          <input
            className="field"
            aria-label={words.t('views.name')}
            placeholder={words.t('views.name')}
            maxLength={40}
            value={name}
            // biome-ignore lint/a11y/noAutofocus: the button that was pressed turned into this field.
            autoFocus
            onChange={(event) => setName(event.target.value)}
          />
          <button type="submit" className="button">
            {words.t('views.save')}
          </button>
        </form>
      )}
    </div>
  );
};
