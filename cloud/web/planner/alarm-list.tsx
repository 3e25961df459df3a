import './readings-table.css';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../parts/language.tsx';
import { pointName } from '../parts/sentences.ts';
import type { Words } from '../parts/words.ts';

type Alarm = MachineView['alarms'][number];

const momentText = (words: Words, at: string, timeZone: string): string =>
  words.t('time.at', { day: words.day(Date.parse(at), timeZone), time: words.time(Date.parse(at), timeZone) });

const pointText = (words: Words, { points }: MachineView, { pointId }: Alarm): string => {
  const point = points.find((candidate) => candidate.pointId === pointId);
  if (!point) return pointId;
  const name = pointName(words, point.name);
  return point.unit === '1' ? name : `${name}, ${words.coded('unit', point.unit, point.unit)}`;
};

/** What the rules of the gateway found, those that stand first. */
export const AlarmList = ({ machine, timeZone }: { machine: MachineView; timeZone: string }) => {
  const words = useWords();
  const { alarms } = machine;
  return (
    <section className="alarms" aria-label={words.t('alarms.title')}>
      <h2>{words.t('alarms.title')}</h2>
      {alarms.length === 0 && <p>{words.t('alarms.none')}</p>}
      {alarms.length > 0 && (
        <div className="readings-frame">
          <table className="readings">
            <thead>
              <tr>
                {(['raised', 'severity', 'point', 'rule'] as const).map((column) => (
                  <th scope="col" key={column}>
                    {words.t(`alarms.${column}`)}
                  </th>
                ))}
                {(['value', 'limit'] as const).map((column) => (
                  <th scope="col" className="number" key={column}>
                    {words.t(`alarms.${column}`)}
                  </th>
                ))}
                <th scope="col">{words.t('alarms.cleared')}</th>
              </tr>
            </thead>
            <tbody>
              {alarms.map((alarm) => (
                <tr key={`${alarm.pointId} ${alarm.rule} ${alarm.raisedAt}`}>
                  <th scope="row">{momentText(words, alarm.raisedAt, timeZone)}</th>
                  <td>{words.t(`alarms.severity.${alarm.severity}`)}</td>
                  <td>{pointText(words, machine, alarm)}</td>
                  <td>{alarm.rule}</td>
                  <td className="number">{words.number(alarm.value, 2)}</td>
                  <td className="number">{words.number(alarm.limit, 2)}</td>
                  <td>{alarm.clearedAt ? momentText(words, alarm.clearedAt, timeZone) : words.t('alarms.stands')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};
