import './machine-state.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { MachineStateView, MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { StateReasons } from './state-reasons.tsx';

/** How a machine of which nothing is forecast stands against its own baseline, and the way to begin that anew. */
export const MachineState = ({
  me,
  machineId,
  state: { state, since, unknown, baseline, reasons },
  timeZone,
}: {
  me: MeView;
  machineId: MachineView['machine']['machineId'];
  state: MachineStateView;
  timeZone: string;
}) => {
  const words = useWords();
  const command = useCommand<MachineView, object>();
  const day = (at: string) => words.date(Date.parse(at), timeZone);
  return (
    <section className={`machine-state ${state}`} aria-labelledby="machine-state-title">
      <h2 id="machine-state-title">{words.t(`state.${state}`, { day: day(since) })}</h2>
      {unknown ? <p>{words.t(`state.${unknown}`, { hours: baseline.hours })}</p> : <StateReasons reasons={reasons} />}
      <p className="small soft">{words.t('state.baseline', { day: day(baseline.from), hours: baseline.hours })}</p>
      {me.roles.includes('planner') && unknown !== 'baselineShort' && (
        <details>
          <summary>{words.t('state.restart')}</summary>
          <p className="small soft">{words.t('state.restartNote', { hours: baseline.hours })}</p>
          <button
            type="button"
            className="button"
            disabled={command.isPending}
            onClick={() =>
              command.mutate({ target: { path: apiPaths.restartBaseline(me.organisationId, machineId) }, body: {} })
            }
          >
            {words.t('state.restartNow')}
          </button>
        </details>
      )}
      {command.error && <ProblemNotice error={command.error} command />}
    </section>
  );
};
