import './service-tab.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { MachineServiceView } from '@kuluma/shared/model/views/machine-service.ts';
import type { ReactNode } from 'react';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';

/** A tab of what the service company has done and agreed about a machine: asked for when it is first opened. */
export const ServiceTab = ({
  me,
  machineId,
  children,
}: {
  me: MeView;
  machineId: string;
  children: (service: MachineServiceView) => ReactNode;
}) => {
  const { data, error, refetch } = useView<MachineServiceView>(apiPaths.machineService(me.organisationId, machineId));
  if (data) return children(data);
  return error ? (
    <ProblemNotice error={error} onRetry={() => void refetch()} />
  ) : (
    <div className="skeleton tab-skeleton" />
  );
};
