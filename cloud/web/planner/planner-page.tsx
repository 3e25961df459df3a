import './planner-page.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import {
  type Icon,
  IconActivityHeartbeat,
  IconBuildingFactory,
  IconChartDots3,
  IconListCheck,
  IconUser,
} from '@tabler/icons-react';
import { ClockFace } from '../parts/clock-face.tsx';
import { useWords } from '../parts/language.tsx';
import { calmMs, liveMs, useView } from '../parts/queries.ts';
import { ReaderControls } from '../parts/reader-controls.tsx';
import { hrefOf, useRoute } from '../parts/router.ts';
import { DecisionsPlace } from './decisions-place.tsx';
import { FleetPlace } from './fleet-place.tsx';
import { MachinePlace } from './machine-place.tsx';
import { ModelPlace } from './model-place.tsx';
import { ModelsPlace } from './models-place.tsx';
import { faultCounts } from './status-counts.ts';
import { StatusPlace } from './status-place.tsx';

/** The desk: a rail of the places that exist, the top bar, and one place. */
export const PlannerPage = ({ me }: { me: MeView }) => {
  const words = useWords();
  const [place = 'fleet', id] = useRoute();
  const { data: decisions } = useView<DecisionView[]>(apiPaths.decisions(me.organisationId), { everyMs: liveMs });
  const open = decisions?.filter((decision) => decision.state === 'open').length;
  const { data: status } = useView<StatusView>(apiPaths.status(me.organisationId), { everyMs: calmMs });
  const counts = status && faultCounts(status);
  const faults = counts && counts.offline + counts.failed;
  const at = place === 'decisions' || place === 'models' || place === 'status' ? place : 'fleet';
  return (
    <div className="desk">
      <button type="button" className="skip-link" onClick={skipToContent}>
        {words.t('skip')}
      </button>
      <nav className="rail" aria-label={words.t('rail')}>
        <p className="rail-name">Kuluma</p>
        <RailLink to="fleet" at={at} icon={IconBuildingFactory} />
        <RailLink to="decisions" at={at} icon={IconListCheck} count={open} meaning="decisions.count" />
        <RailLink to="models" at={at} icon={IconChartDots3} />
        <RailLink to="status" at={at} icon={IconActivityHeartbeat} count={faults} meaning="status.faults" />
      </nav>
      <header className="topbar">
        <span className="topbar-organisation">{me.organisationName}</span>
        <ClockFace timeZone={me.timeZone} />
        <ReaderControls />
        <span className="topbar-person">
          <IconUser size={18} aria-hidden="true" />
          {me.name}
        </span>
      </header>
      <main id="content" tabIndex={-1}>
        {place === 'machines' && id ? (
          <MachinePlace me={me} machineId={id} key={id} />
        ) : at === 'decisions' ? (
          <DecisionsPlace me={me} chosenId={id} />
        ) : at === 'models' && id ? (
          <ModelPlace me={me} machineModelId={id} key={id} />
        ) : at === 'models' ? (
          <ModelsPlace me={me} />
        ) : at === 'status' ? (
          <StatusPlace me={me} />
        ) : (
          <FleetPlace me={me} />
        )}
      </main>
    </div>
  );
};

type Place = 'fleet' | 'decisions' | 'models' | 'status';

/** A place in the rail, with how much waits there: a figure to see, its meaning to hear. */
const RailLink = ({
  to,
  at,
  icon: PlaceIcon,
  count = 0,
  meaning,
}: {
  to: Place;
  at: Place;
  icon: Icon;
  count?: number | undefined;
  meaning?: 'decisions.count' | 'status.faults';
}) => {
  const words = useWords();
  return (
    <a href={hrefOf(to)} aria-current={at === to ? 'page' : undefined}>
      <PlaceIcon size={18} aria-hidden="true" />
      {words.t(`place.${to}`)}
      {meaning && count > 0 && (
        <span className="rail-count">
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{words.t(meaning, { count })}</span>
        </span>
      )}
    </a>
  );
};

/** The hash belongs to the router, so the skip link moves the focus itself. */
const skipToContent = () => document.getElementById('content')?.focus();
