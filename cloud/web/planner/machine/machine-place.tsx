import './machine-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useProductClock } from '../../parts/clock.ts';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { lifeText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import type { Words } from '../../parts/words.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { MachineDesk } from './machine-desk.tsx';
import { MachineHeading } from './machine-heading.tsx';

type Component = MachineView['components'][number];

const worstFirst: readonly HealthGrade[] = ['critical', 'act', 'watch', 'unknown', 'good'];
const gradeOf = (component: Component): HealthGrade => component.forecast?.healthGrade ?? 'unknown';

/** The component that needs a look first. */
const worstComponent = (components: readonly Component[]): Component | undefined =>
  [...components].sort((a, b) => worstFirst.indexOf(gradeOf(a)) - worstFirst.indexOf(gradeOf(b)))[0];

const summaryText = (words: Words, machine: MachineView, component: Component | undefined): string => {
  const rulDays = component?.forecast?.rulDays;
  if (!component || !rulDays) return words.t('machine.summaryUnknown', { machine: machine.machine.tag });
  return words.t('machine.summary', {
    machine: machine.machine.tag,
    component: midSentence(words.own(component.name)),
    grade: words.t(`grade.${gradeOf(component)}`).toLocaleLowerCase(words.locale),
    life: lifeText(words, rulDays),
    median: words.number(rulDays.p50),
  });
};

/** One machine: a sentence, its time line with the forecast, and what is known of it by subject. */
export const MachinePlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const clock = useProductClock();
  const machine = useView<MachineView>(apiPaths.machine(me.organisationId, machineId), { everyMs: calmMs });
  const [taken, setTaken] = useState({ updatedAt: 0, nowMs: 0 });
  useKeys([{ key: 'Escape', does: 'keys.backToFleet', act: () => void navigate({ to: '/fleet' }) }]);

  // The axis moves on only when fresh data came, so that nothing creeps under the reader's eyes.
  if (clock && machine.dataUpdatedAt !== taken.updatedAt)
    setTaken({ updatedAt: machine.dataUpdatedAt, nowMs: Math.floor(clock.nowMs / 60_000) * 60_000 });

  const view = machine.data;
  if (machine.error && !view) return <ViewProblem view={machine} />;
  if (!view || taken.nowMs === 0) return <div className="skeleton machine-skeleton" />;
  const worst = worstComponent(view.components);
  return (
    <>
      <ViewProblem view={machine} />
      <MachineHeading machine={view} />
      <p className="machine-summary">{summaryText(words, view, worst)}</p>
      <MachineDesk me={me} machine={view} worst={worst} nowMs={taken.nowMs} timeZone={view.machine.timeZone} />
    </>
  );
};
