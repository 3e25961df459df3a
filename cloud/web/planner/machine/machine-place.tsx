import './machine-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { zoneOf } from '@kuluma/shared/model/sentences.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { ComponentReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useProductClock } from '../../parts/clock.ts';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { lifeText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import type { Words } from '../../parts/words.ts';
import { AlarmList } from './alarm-list.tsx';
import { ComponentTable } from './component-table.tsx';
import { DataQuality } from './data-quality.tsx';
import { MachineCharts } from './machine-charts.tsx';
import { ReliabilityCard } from './reliability-card.tsx';

type Component = MachineView['components'][number];

const worstFirst: readonly HealthGrade[] = ['critical', 'act', 'watch', 'unknown', 'good'];
const gradeOf = (component: Component): HealthGrade => component.forecast?.healthGrade ?? 'unknown';

/** The component that needs a look first. */
export const worstComponent = (components: readonly Component[]): Component | undefined =>
  [...components].sort((a, b) => worstFirst.indexOf(gradeOf(a)) - worstFirst.indexOf(gradeOf(b)))[0];

const summaryText = (words: Words, machine: MachineView, component: Component | undefined): string => {
  const rulDays = component?.forecast?.rulDays;
  if (!component || !rulDays) return words.t('machine.summaryUnknown', { machine: machine.machine.tag });
  return words.t('machine.summary', {
    machine: machine.machine.tag,
    component: words.own(component.name),
    grade: words.t(`grade.${gradeOf(component)}`).toLocaleLowerCase(words.locale),
    life: lifeText(words, rulDays),
    median: words.number(rulDays.p50),
  });
};

/** One machine: a sentence, its signal with the forecast, its components. */
export const MachinePlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const clock = useProductClock();
  const machine = useView<MachineView>(apiPaths.machine(me.organisationId, machineId), { everyMs: calmMs });
  const [componentId, setComponentId] = useState<string | null>(null);
  const [taken, setTaken] = useState({ updatedAt: 0, nowMs: 0 });
  const right = useView<ComponentReliabilityView[]>(apiPaths.reliability(me.organisationId, machineId));
  useKeys([{ key: 'Escape', does: 'keys.backToFleet', act: () => void navigate({ to: '/fleet' }) }]);

  // The axis moves on only when fresh data came, so that nothing creeps under the reader's eyes.
  if (clock && machine.dataUpdatedAt !== taken.updatedAt)
    setTaken({ updatedAt: machine.dataUpdatedAt, nowMs: Math.floor(clock.nowMs / 60_000) * 60_000 });

  const view = machine.data;
  if (machine.error && !view) return <ProblemNotice error={machine.error} onRetry={() => void machine.refetch()} />;
  if (!view || taken.nowMs === 0) return <div className="skeleton machine-skeleton" />;
  const timeZone = zoneOf(view.machine);
  const chosen =
    view.components.find((candidate) => candidate.componentId === componentId) ?? worstComponent(view.components);
  const reliability = right.data?.find(({ componentCode }) => componentCode === chosen?.code);
  return (
    <>
      <p className="machine-back">
        <Link to="/fleet">
          <IconArrowLeft size={16} aria-hidden="true" />
          {words.t('place.fleet')}
        </Link>
      </p>
      <div className="machine-head">
        <h1>
          {view.machine.tag} <span className="soft">{words.own(view.machine.modelName)}</span>
        </h1>
        <HealthBadge grade={view.healthGrade} />
        {view.openRecommendationId && (
          <Link
            className="button primary"
            to="/decisions/$recommendationId"
            params={{ recommendationId: view.openRecommendationId }}
          >
            {words.t('machine.decide')}
          </Link>
        )}
      </div>
      <p className="soft">
        {words.t('machine.facts', {
          serial: view.machine.serialNumber,
          owner: view.machine.owner?.name ?? '–',
          site: view.machine.site?.name ?? '–',
        })}
      </p>
      <p className="machine-summary">{summaryText(words, view, worstComponent(view.components))}</p>
      <div className="machine-columns">
        <MachineCharts me={me} machine={view} component={chosen} nowMs={taken.nowMs} timeZone={timeZone} />
        <ComponentTable
          components={view.components}
          chosen={chosen}
          onChoose={(component) => setComponentId(component.componentId)}
          timeZone={timeZone}
        />
        {reliability && <ReliabilityCard component={reliability} key={reliability.componentCode} />}
      </div>
      <AlarmList machine={view} timeZone={timeZone} />
      <DataQuality machine={view} />
    </>
  );
};
