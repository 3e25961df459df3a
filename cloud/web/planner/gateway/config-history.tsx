import type { GatewayConfigView } from '@kuluma/shared/model/views/status.ts';
import { Button } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import { StatusState } from '../status-state.tsx';

const states = { sent: 'unknown', applied: 'good', refused: 'critical', rolledBack: 'critical' } as const;

/** What was sent to a gateway and what it made of it; any of them can be started from again. */
export const ConfigHistory = ({
  configs,
  running,
  timeZone,
  onTake,
}: {
  configs: readonly GatewayConfigView[];
  running: number | null;
  timeZone: string;
  onTake: (config: GatewayConfigView) => void;
}) => {
  const words = useWords();
  return (
    <table className="status-table" aria-labelledby="config-history">
      <thead>
        <tr>
          <th scope="col">{words.t('gateway.config.state')}</th>
          <th scope="col">{words.t('gateway.config.revision')}</th>
          <th scope="col">{words.t('gateway.config.sentAt')}</th>
          <th scope="col">
            <span className="visually-hidden">{words.t('gateway.config.take')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {configs.map((config) => (
          <tr key={config.revision}>
            <td>
              <StatusState state={states[config.state]} word={words.t(`gateway.config.state.${config.state}`)} />
              {config.report && (
                <span className="small soft status-detail" lang="en">
                  {config.report}
                </span>
              )}
            </td>
            <th scope="row">
              {config.revision}
              {config.revision === running && (
                <span className="small soft status-detail">{words.t('gateway.config.inUse')}</span>
              )}
            </th>
            <td data-label={words.t('gateway.config.sentAt')}>{momentText(words, config.sentAt, timeZone)}</td>
            <td>
              <Button
                aria-label={words.t('gateway.config.takeThis', { revision: config.revision })}
                onClick={() => onTake(config)}
              >
                {words.t('gateway.config.take')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
