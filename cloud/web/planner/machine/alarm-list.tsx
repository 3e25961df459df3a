import './alarm-list.css';
import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';

type Alarm = MachineView['alarms'][number];

const factText = (words: Words, { value, limit, rule }: Alarm, unit: string): string =>
  words.t('alarms.fact', {
    value: words.number(value, 2),
    limit: words.number(limit, 2),
    unit: unit === '1' ? '' : words.coded('unit', unit, unit),
    rule,
  });

const timeText = (words: Words, { raisedAt, clearedAt }: Alarm, timeZone: string): string =>
  clearedAt
    ? words.t('alarms.was', {
        raised: momentText(words, raisedAt, timeZone),
        cleared: momentText(words, clearedAt, timeZone),
      })
    : words.t('alarms.stands', { raised: momentText(words, raisedAt, timeZone) });

/** What the rules of the gateway found, those that stand first. */
export const AlarmList = ({ machine, timeZone }: { machine: MachineView; timeZone: string }) => {
  const words = useWords();
  const { alarms, points } = machine;
  return (
    <section className="alarms" aria-label={words.t('alarms.title')}>
      <h2>{words.t('alarms.title')}</h2>
      {alarms.length === 0 && <p>{words.t('alarms.none')}</p>}
      <ul>
        {alarms.map((alarm) => {
          const point = points.find(({ pointId }) => pointId === alarm.pointId);
          return (
            <li
              key={`${alarm.pointId} ${alarm.rule} ${alarm.raisedAt}`}
              className={alarm.clearedAt ? undefined : `stands-${alarm.severity}`}
            >
              <strong>
                {words.t(`alarms.severity.${alarm.severity}`)}: {point ? pointName(words, point.name) : alarm.pointId}
              </strong>
              <span>{factText(words, alarm, point?.unit ?? '1')}</span>
              <span className="small soft">{timeText(words, alarm, timeZone)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
};
