import './fleet-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { FleetPageView, FleetSitesView } from '@kuluma/shared/model/views/fleet.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { useWidth } from '../../parts/use-width.ts';
import { ListPages, rowsPerPage } from '../shell/list-pages.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { FleetFilters } from './fleet-filters.tsx';
import { FleetLine } from './fleet-row.tsx';
import { type FleetSearch, fleetFilterOf, fleetQueryOf, fleetSearchOf, usualColumns } from './fleet-search.ts';
import { SavedViews } from './saved-views.tsx';

const FleetMap = lazy(async () => ({ default: (await import('./fleet-map.tsx')).FleetMap }));

/** Beside a list that is narrower than this a map helps nobody; it stands under it, behind a button. */
const widthForBoth = 900;

/** More columns than these need the width of the map. */
const mostBesideMap = 3;

/** Every machine, worst first, beside the map of their sites; what was never measured is its own grade. */
export const FleetPlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const search = fleetSearchOf({ ...useSearch({ from: '/fleet' }) });
  const fleet = useView<FleetPageView>(apiPaths.fleet(me.organisationId), {
    query: fleetQueryOf(search),
    everyMs: calmMs,
    live: true,
  });
  const [chosen, setChosen] = useState(0);
  const [mapWanted, setMapWanted] = useState(false);
  const [frame, width] = useWidth<HTMLDivElement>();
  const columns = search.columns ?? usualColumns;
  const withMap = (width >= widthForBoth && columns.length <= mostBesideMap) || mapWanted;
  const { data: sites } = useView<FleetSitesView>(apiPaths.fleetSites(me.organisationId), {
    query: fleetFilterOf(search),
    live: true,
    enabled: withMap,
  });
  const body = useRef<HTMLTableSectionElement>(null);
  const view = fleet.data;
  const rows = view?.rows ?? [];

  const show = (next: FleetSearch) => {
    setChosen(0);
    void navigate({ to: '/fleet', search: next, replace: true });
  };
  const move = (by: number) => {
    const next = Math.min(Math.max(chosen + by, 0), Math.max(rows.length - 1, 0));
    setChosen(next);
    // The focus goes along: Enter would else be that of the link which the reader came by.
    body.current?.children[next]?.querySelector<HTMLElement>('a[href*="/machines/"]')?.focus({ preventScroll: true });
  };
  const open = () => {
    const row = rows[chosen];
    if (row) void navigate({ to: '/machines/$machineId', params: { machineId: row.machine.machineId } });
  };
  useKeys([
    { key: 'j', does: 'keys.nextMachine', act: () => move(1) },
    { key: 'k', does: 'keys.previousMachine', act: () => move(-1) },
    { key: 'Enter', does: 'keys.openMachine', act: open },
  ]);
  useEffect(() => {
    body.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const maxDays = Math.max(30, ...rows.flatMap((row) => (row.rulDays ? [row.rulDays.p95] : [])));
  const all = view && Object.values(view.grades).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.fleet')}</h1>
        {view && all !== undefined && all > 0 && <p className="soft">{words.t('fleet.summary', { all })}</p>}
      </div>
      <ViewProblem view={fleet} />
      {all === 0 ? (
        <p>{words.t('fleet.empty')}</p>
      ) : (
        <>
          <SavedViews search={search} onShow={show} />
          <FleetFilters search={search} grades={view?.grades} onShow={show} />
        </>
      )}
      {fleet.isPending && <div className="skeleton fleet-skeleton" />}
      <div className={withMap ? 'fleet-both with-map' : 'fleet-both'} ref={frame}>
        {view && view.total > 0 && !withMap && width > 0 && (
          <button type="button" className="button fleet-show-map" onClick={() => setMapWanted(true)}>
            {words.t('fleet.showMap')}
          </button>
        )}
        {view && view.total === 0 && all !== 0 && <p>{words.t('fleet.none')}</p>}
        {rows.length > 0 && view && (
          <div className="fleet-list">
            <table className="fleet" aria-label={words.t('place.fleet')}>
              <thead>
                <tr>
                  <th scope="col">{words.t('fleet.health')}</th>
                  <th scope="col">{words.t('fleet.machine')}</th>
                  {columns.map((column) => (
                    <th key={column} scope="col" className={`fleet-column-${column}`}>
                      {words.t(`fleet.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody ref={body}>
                {rows.map((row, index) => (
                  <FleetLine
                    key={row.machine.machineId}
                    row={row}
                    columns={columns}
                    maxDays={maxDays}
                    chosen={index === chosen}
                    onChoose={() => setChosen(index)}
                  />
                ))}
              </tbody>
            </table>
            {view.total > rowsPerPage && (
              <ListPages page={search.page ?? 1} total={view.total} onPage={(page) => show({ ...search, page })} />
            )}
          </div>
        )}
        {withMap && view && view.total > 0 && !sites && <div className="skeleton fleet-map" />}
        {withMap && sites && sites.length > 0 && (
          <Suspense fallback={<div className="skeleton fleet-map" />}>
            <FleetMap sites={sites} onChoose={(siteId) => show({ ...search, siteId, page: 1 })} />
          </Suspense>
        )}
      </div>
    </>
  );
};
