import type { GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';
import { StatusState } from '../status-state.tsx';

type Device = NonNullable<GatewayDetailView['agent']>['devices'][number];

const counts = [
  'timeouts',
  'errors',
  'notFinite',
  'rowsRefused',
  'linesDropped',
  'refusedPoints',
  'skippedScans',
] as const satisfies readonly (keyof Device)[];

const states = { good: 'good', stale: 'critical', bad: 'critical', unknown: 'unknown' } as const;

const errorLines = (words: Words, device: Device): string[] =>
  counts.flatMap((name) => (device[name] > 0 ? [words.t(`gateway.count.${name}`, { count: device[name] })] : []));

/** The devices behind a gateway: whether they answer, and what went wrong since the agent started. */
export const DeviceTable = ({ devices, timeZone }: { devices: readonly Device[]; timeZone: string }) => {
  const words = useWords();
  return (
    <table className="status-table" aria-labelledby="gateway-devices">
      <thead>
        <tr>
          <th scope="col">{words.t('status.state')}</th>
          <th scope="col">{words.t('gateway.device')}</th>
          <th scope="col">{words.t('gateway.lastRead')}</th>
          <th scope="col">{words.t('gateway.read')}</th>
          <th scope="col">{words.t('gateway.errors')}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={device.name}>
            <td>
              <StatusState state={states[device.quality]} word={words.t(`gateway.quality.${device.quality}`)} />
            </td>
            <th scope="row">{device.name}</th>
            <td data-label={words.t('gateway.lastRead')}>
              {device.lastReadAt ? momentText(words, device.lastReadAt, timeZone) : '–'}
            </td>
            <td data-label={words.t('gateway.read')}>{words.number(device.read)}</td>
            <td data-label={words.t('gateway.errors')}>
              {errorLines(words, device).map((line) => (
                <span key={line} className="status-detail">
                  {line}
                </span>
              ))}
              {errorLines(words, device).length === 0 && <span className="soft">{words.t('gateway.noErrors')}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
