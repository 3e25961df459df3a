import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { SavedView } from '@kuluma/shared/model/desk-views.ts';
import type { DeskViewsView } from '@kuluma/shared/model/views/desk-views.ts';
import { IconDeviceFloppy, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { type FleetSearch, fleetSearchOf } from './fleet-search.ts';

/** Filters that a planner comes back to, kept under a name for whatever device they sit at. */
export const SavedViews = ({ search, onShow }: { search: FleetSearch; onShow: (next: FleetSearch) => void }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const path = apiPaths.deskViews(organisationId);
  const { data: kept } = useView<DeskViewsView>(path);
  const command = useCommand<DeskViewsView, { views: readonly SavedView[] }>();
  const [name, setName] = useState<string | null>(null);
  const views = kept?.views ?? [];
  const keep = (next: readonly SavedView[]) => {
    if (kept) command.mutate({ target: { path, version: kept.version }, body: { views: next } });
  };
  const { page: _, ...filter } = search;
  const canSave = Object.keys(filter).length > 0;
  const save = (event: FormEvent) => {
    event.preventDefault();
    const called = name?.trim() ?? '';
    if (called === '') return;
    keep([...views.filter((view) => view.name !== called), { name: called, search: filter as SavedView['search'] }]);
    setName(null);
  };
  if (views.length === 0 && !canSave) return null;
  return (
    <div className="saved-views">
      {command.error && <ProblemNotice error={command.error} />}
      <ul aria-label={words.t('views.title')}>
        {views.map((view) => (
          <li key={view.name} className="chip-pair">
            <Link
              className="chip"
              to="/fleet"
              search={fleetSearchOf(view.search)}
              onClick={() => onShow(fleetSearchOf(view.search))}
            >
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
