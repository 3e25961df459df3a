import './event-lane.css';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useWidth } from '../../parts/use-width.ts';
import type { Words } from '../../parts/words.ts';
import type { TimeAxis } from './time-axis.ts';
import { axisWidthPx, rightPadPx } from './uplot-chart.tsx';

type MachineEvent = MachineView['events'][number];

const componentText = (words: Words, machine: MachineView, code: string | null): string => {
  const component = machine.components.find((candidate) => candidate.code === code);
  return component ? words.own(component.name) : '';
};

export const eventText = (words: Words, machine: MachineView, event: MachineEvent, timeZone: string): string =>
  words.t(`event.${event.kind}`, {
    component: componentText(words, machine, event.componentCode),
    state: words.coded('eventCode', event.code, event.code),
    day: words.day(Date.parse(event.at), timeZone),
  });

/** What happened to the machine, as marks on the time axis of the charts above; the words stand below on focus. */
export const EventLane = ({ machine, axis }: { machine: MachineView; axis: TimeAxis }) => {
  const words = useWords();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [shown, setShown] = useState<MachineEvent | null>(null);
  const events = machine.events.filter(
    (event) => Date.parse(event.at) >= axis.fromMs && Date.parse(event.at) <= axis.toMs,
  );
  const plotWidth = width - axisWidthPx - rightPadPx;
  const left = (at: string) =>
    axisWidthPx + (plotWidth * (Date.parse(at) - axis.fromMs)) / (axis.toMs - axis.fromMs) - 12;
  return (
    <div className="events" ref={frame}>
      <div className="event-marks">
        {width > 0 &&
          events.map((event) => (
            <button
              type="button"
              key={`${event.at}.${event.kind}.${event.componentCode}`}
              className={`event ${event.kind}`}
              style={{ insetInlineStart: left(event.at) }}
              aria-label={eventText(words, machine, event, axis.timeZone)}
              onMouseEnter={() => setShown(event)}
              onFocus={() => setShown(event)}
              onClick={() => setShown(event)}
            />
          ))}
      </div>
      <p className="small soft event-words">
        {shown ? eventText(words, machine, shown, axis.timeZone) : words.t('chart.events', { count: events.length })}
      </p>
    </div>
  );
};
