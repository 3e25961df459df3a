import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { ComponentReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { useView } from '../../parts/queries.ts';
import { ComponentTable } from './component-table.tsx';
import { MachineState } from './machine-state.tsx';
import { ReliabilityCard } from './reliability-card.tsx';

/** The machine's state where that is watched, the components with their forecasts, and how right such forecasts have been. */
export const MachineHealth = ({
  me,
  machine,
  component,
  onChoose,
  timeZone,
}: {
  me: MeView;
  machine: MachineView;
  component: MachineView['components'][number] | undefined;
  onChoose: (componentId: string) => void;
  timeZone: string;
}) => {
  const path = apiPaths.reliability(me.organisationId, machine.machine.machineId);
  const { data } = useView<ComponentReliabilityView[]>(path);
  const reliability = data?.find(({ componentCode }) => componentCode === component?.code);
  return (
    <div className="machine-health">
      {machine.state && (
        <MachineState me={me} machineId={machine.machine.machineId} state={machine.state} timeZone={timeZone} />
      )}
      <ComponentTable
        components={machine.components}
        chosen={component}
        onChoose={({ componentId }) => onChoose(componentId)}
        timeZone={timeZone}
      />
      {reliability && <ReliabilityCard component={reliability} key={reliability.componentCode} />}
    </div>
  );
};
