import './clock-face.css';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import { useProductClock } from './clock.ts';
import { useWords } from './language.tsx';

/** Product time in a zone, with the ISO week; a demo's running clock says so. */
export const ClockFace = ({ timeZone }: { timeZone: string }) => {
  const words = useWords();
  const clock = useProductClock();
  if (!clock) return <span className="clock" aria-hidden="true" />;
  return (
    <span className="clock">
      {clock.demo && (
        <span className="clock-demo" title={words.t('clock.demoRate', { rate: words.number(clock.rate) })}>
          {words.t('clock.demo')}
        </span>
      )}
      <span>{words.day(clock.nowMs, timeZone)}</span>
      <span className="soft clock-week">{words.t('time.week', { week: isoWeekOf(clock.nowMs, timeZone) })}</span>
      <span>{words.time(clock.nowMs, timeZone)}</span>
    </span>
  );
};
