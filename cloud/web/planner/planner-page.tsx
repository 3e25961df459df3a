import './planner-page.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { activeBindings, type KeyBinding } from '../parts/keys.ts';
import { useWords } from '../parts/language.tsx';
import { calmMs, useView } from '../parts/queries.ts';
import { useReader } from '../parts/signed-in.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { useWaitingCases } from './cases/cases-waiting.tsx';
import { DeskEventsProvider } from './shell/desk-events.tsx';
import { placeAt, places } from './shell/places.ts';
import { Rail } from './shell/rail.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { faultCounts } from './status-counts.ts';
import { useFieldMatters } from './today/from-the-field.tsx';
import { usePartsWanted } from './today/parts-wanted.tsx';

const HelpDialog = lazy(async () => ({ default: (await import('./shell/help-dialog.tsx')).HelpDialog }));

/** The desk: a rail of places, the top bar, and the place that the address names. */
export const PlannerPage = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [menuPath, setMenuPath] = useState<string | null>(null);
  const [helpFor, setHelpFor] = useState<readonly KeyBinding[] | null>(null);
  const { data: today } = useView<TodayView>(apiPaths.today(me.organisationId), { everyMs: calmMs, live: true });
  const { data: status } = useView<StatusView>(apiPaths.status(me.organisationId), { everyMs: calmMs });

  const everywhere: KeyBinding[] = [
    ...places.map(({ to, key, name }) => ({ key: `g ${key}`, does: name, act: () => void navigate({ to }) })),
    { key: '?', does: 'keys.help', act: () => showHelp() },
  ];
  const showHelp = () =>
    setHelpFor(activeBindings().filter(({ key }) => !everywhere.some((binding) => binding.key === key)));
  useKeys(everywhere);

  const placeName = placeAt(path)?.name;
  useEffect(() => {
    document.title = placeName ? `${words.t(placeName)} – Kuluma` : words.t('title.planner');
  }, [words, placeName]);

  const menuOpen = menuPath === path;
  const faults = status && faultCounts(status);
  const open = today?.decisions.count ?? 0;
  const cases = useWaitingCases();
  const field = useFieldMatters().length + usePartsWanted().length;
  const faultCount = faults ? faults.offline + faults.failed : 0;
  return (
    <DeskEventsProvider>
      <div className="desk">
        <button type="button" className="skip-link" onClick={skipToContent}>
          {words.t('skip')}
        </button>
        <TopBar menuOpen={menuOpen} onMenu={() => setMenuPath(menuOpen ? null : path)} onHelp={showHelp} />
        <Rail
          open={menuOpen}
          counts={{
            '/today': { count: field, meaning: ({ t }) => t('field.count', { count: field }) },
            '/decisions': { count: open, meaning: ({ t }) => t('decisions.count', { count: open }) },
            '/cases': { count: cases, meaning: ({ t }) => t('cases.waiting', { count: cases }) },
            '/status': { count: faultCount, meaning: ({ t }) => t('status.faults', { count: faultCount }) },
          }}
        />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
        {helpFor && (
          <Suspense>
            <HelpDialog here={helpFor} everywhere={everywhere} onClose={() => setHelpFor(null)} />
          </Suspense>
        )}
      </div>
    </DeskEventsProvider>
  );
};

/** The hash belongs to the router, so the skip link moves the focus itself. */
const skipToContent = () => document.getElementById('content')?.focus();
