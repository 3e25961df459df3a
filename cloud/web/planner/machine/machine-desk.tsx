import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { MachineServiceView } from '@kuluma/shared/model/views/machine-service.ts';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWords } from '../../parts/language.tsx';
import { AlarmList } from './alarm-list.tsx';
import { DataQuality } from './data-quality.tsx';
import { MachineAgreements } from './machine-agreements.tsx';
import { MachineDocuments } from './machine-documents.tsx';
import { MachineHealth } from './machine-health.tsx';
import { MachineParts } from './machine-parts.tsx';
import { comparedIn, type MachineSearch } from './machine-search.ts';
import { MachineTabs } from './machine-tabs.tsx';
import { MachineVisits } from './machine-visits.tsx';
import { ServiceTab } from './service-tab.tsx';
import { SignalTable } from './signal-table.tsx';
import { firstPoint, TimeLine } from './time-line.tsx';
import { useMachineSearch } from './use-machine-search.ts';
import { useReach } from './use-reach.ts';
import { useTimeWindow } from './use-time-window.ts';

const from = '/machines/$machineId';

/** The time line of a machine and its tabs, which share a component, a point and a window. */
export const MachineDesk = ({
  me,
  machine,
  worst,
  nowMs,
  timeZone,
}: {
  me: MeView;
  machine: MachineView;
  /** The component that is shown until another is chosen. */
  worst: MachineView['components'][number] | undefined;
  /** When this view of the machine was taken; the axis stands still between refreshes. */
  nowMs: number;
  timeZone: string;
}) => {
  const words = useWords();
  const search = useMachineSearch();
  const navigate = useNavigate({ from });
  const component = machine.components.find(({ componentId }) => componentId === search.componentId) ?? worst;
  const rulDays = component?.forecast?.rulDays ?? null;
  const choice = useTimeWindow(nowMs, rulDays);
  const reach = useReach(machine, nowMs, rulDays);
  const say = (more: MachineSearch) =>
    void navigate({ search: (before: MachineSearch) => ({ ...before, ...more }), replace: true, resetScroll: false });
  const choosePoint = (pointId: string) => say({ pointId });

  const point = machine.points.find(({ pointId }) => pointId === search.pointId) ?? firstPoint(machine, component);
  const { machineId } = machine.machine;
  const path = apiPaths.series(me.organisationId, machineId);
  const serviceTab = (show: (service: MachineServiceView) => ReactNode) => (
    <ServiceTab me={me} machineId={machineId}>
      {show}
    </ServiceTab>
  );
  const shown = { path, window: choice.settled, reach, nowMs, timeZone };
  return (
    <>
      {point ? (
        <TimeLine
          me={me}
          machine={machine}
          component={component}
          point={point}
          onChoosePoint={choosePoint}
          compared={comparedIn(search)}
          onCompare={(compared) => say({ compare: compared.join() })}
          choice={choice}
          reach={reach}
          nowMs={nowMs}
          timeZone={timeZone}
        />
      ) : (
        <p className="soft">{words.t('machine.noPoints')}</p>
      )}
      <MachineTabs
        tab={search.tab ?? 'health'}
        onChoose={(tab) => say({ tab })}
        contents={{
          health: () => (
            <MachineHealth
              me={me}
              machine={machine}
              component={component}
              onChoose={(componentId) => say({ componentId })}
              timeZone={timeZone}
            />
          ),
          signals: () => (
            <>
              {point && <SignalTable {...shown} points={machine.points} chosen={point} onChoose={choosePoint} />}
              <AlarmList machine={machine} timeZone={timeZone} />
            </>
          ),
          visits: () => serviceTab(({ visits }) => <MachineVisits visits={visits} nowMs={nowMs} timeZone={timeZone} />),
          parts: () => serviceTab(({ parts }) => <MachineParts parts={parts} />),
          documents: () => <MachineDocuments machineId={machineId} />,
          agreements: () =>
            serviceTab((service) => <MachineAgreements service={service} nowMs={nowMs} timeZone={timeZone} />),
          data: () => <DataQuality machine={machine} />,
        }}
      />
    </>
  );
};
