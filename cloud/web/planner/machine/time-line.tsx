import './time-line.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { mainDrivers, pointName } from '@kuluma/shared/model/sentences.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { ForecastHistoryView, MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useKeys } from '../../parts/use-keys.ts';
import { useWidth } from '../../parts/use-width.ts';
import type { Words } from '../../parts/words.ts';
import { ZoneNote } from '../../parts/zone-note.tsx';
import { LifeChart } from './life-chart.tsx';
import { MarkLane } from './mark-lane.tsx';
import { type MarkGroup, marksOf } from './marks.ts';
import { peersQuery, wholeModel } from './peers.ts';
import { ReadingsTable } from './readings-table.tsx';
import { SignalChart } from './signal-chart.tsx';
import type { TimeLineFacts } from './time-line-facts.ts';
import { TimeTools } from './time-tools.tsx';
import type { TimeWindow } from './time-window.ts';
import { useGestures } from './use-gestures.ts';
import { useSeries } from './use-series.ts';
import type { WindowChoice } from './use-time-window.ts';

/** The list of machines to choose from is heavy, and no chart waits for it. */
const CompareSelect = lazy(async () => ({ default: (await import('./compare-select.tsx')).CompareSelect }));

type Component = MachineView['components'][number];

/** The signal that says most about the component: the point of its strongest driver, else the first sensor. */
export const firstPoint = (machine: MachineView, component: Component | undefined) => {
  for (const driver of mainDrivers(component?.forecast?.drivers ?? [])) {
    const point = machine.points.find((candidate) => candidate.name === driver.point);
    if (point) return point;
  }
  return machine.points.find((candidate) => candidate.role === 'sensor') ?? machine.points[0];
};

/** What is in sight, to the minute where it is short. */
const shownText = (words: Words, { fromMs, toMs }: TimeWindow, timeZone: string): string => {
  if (toMs - fromMs > 3 * dayMs) return words.t('timeLine.shown', { range: words.dayRange(fromMs, toMs, timeZone) });
  const moment = (ms: number) => momentText(words, new Date(ms).toISOString(), timeZone);
  return words.t('timeLine.shownTimes', { from: moment(fromMs), to: moment(toMs) });
};

/** Signal, marks and remaining life on one time axis: history left of now, the forecast right of it. */
export const TimeLine = ({
  me,
  machine,
  component,
  point,
  onChoosePoint,
  compared,
  onCompare,
  choice,
  reach,
  nowMs,
  timeZone,
}: {
  me: MeView;
  machine: MachineView;
  component: Component | undefined;
  point: MachineView['points'][number];
  onChoosePoint: (pointId: string) => void;
  /** Other machines behind the line: ids, or `model` for all of the model. */
  compared: readonly string[];
  onCompare: (compared: readonly string[]) => void;
  choice: WindowChoice;
  reach: TimeWindow;
  /** When this view of the machine was taken; the axis stands still between refreshes. */
  nowMs: number;
  timeZone: string;
}) => {
  const words = useWords();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [asTable, setAsTable] = useState(false);
  const [isComparing, setIsComparing] = useState(false);
  const [shown, setShown] = useState<MarkGroup | null>(null);
  useKeys([{ key: 't', does: 'keys.asTable', act: () => setAsTable((before) => !before) }]);

  const { organisationId } = me;
  const { machineId } = machine.machine;
  const { window } = choice;
  const forecast = component?.forecast ?? null;
  const rulDays = forecast?.rulDays ?? null;
  useGestures(frame, { window, reach, onMove: choice.move });

  const { series, isFine, error } = useSeries({
    path: apiPaths.series(organisationId, machineId),
    pointId: point.pointId,
    window,
    reach,
    leastBuckets: Math.max(200, Math.round(width / 3)),
    nowMs,
  });
  const forecasts = useView<ForecastHistoryView>(apiPaths.forecasts(organisationId, machineId), {
    query: { fromAt: new Date(Math.floor(reach.fromMs / dayMs) * dayMs).toISOString() },
  });
  const peers = useView<PeersView>(apiPaths.peers(organisationId, machineId), {
    query: peersQuery(point.pointId, choice.settled, compared),
    enabled: isComparing || compared.length > 0,
  });
  const forecastMs = forecast && Date.parse(forecast.forecastAt);
  const failureMs = useCallback(
    (quantile: keyof Quantiles) => (forecastMs ?? 0) + (rulDays?.[quantile] ?? 0) * dayMs,
    [forecastMs, rulDays],
  );
  const marks = useMemo(() => marksOf(words, machine, timeZone), [words, machine, timeZone]);
  const facts: TimeLineFacts = {
    window,
    nowMs,
    timeZone,
    failureMs: rulDays ? failureMs : null,
    markMs: shown?.atMs ?? null,
  };
  const problem = error ?? forecasts.error ?? peers.error;
  return (
    <section className="time-line" aria-label={words.t('chart.section')} aria-busy={!isFine}>
      <div className="chart-tools">
        <label>
          <span className="visually-hidden">{words.t('chart.point')}</span>
          <select className="field" value={point.pointId} onChange={(event) => onChoosePoint(event.target.value)}>
            {machine.points.map((candidate) => (
              <option key={candidate.pointId} value={candidate.pointId}>
                {pointName(words, candidate.name)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {words.t(asTable ? 'chart.asChart' : 'chart.asTable')}
          <span className="key" aria-hidden="true">
            t
          </span>
        </button>
        <div className="compare">
          <Suspense>
            <CompareSelect
              compared={compared}
              peers={peers.data}
              onOpen={() => setIsComparing(true)}
              onChoose={onCompare}
            />
          </Suspense>
        </div>
        <TimeTools choice={choice} nowMs={nowMs} reach={reach} />
      </div>
      <p className="small soft">{shownText(words, window, timeZone)}</p>
      {compared.includes(wholeModel) && peers.data && (
        <p className="small soft">
          {words.t(peers.data.index.length > 0 ? 'compare.band' : 'compare.tooFew', { machines: peers.data.machines })}
        </p>
      )}
      {problem && <ProblemNotice error={problem} />}
      {asTable && series && <ReadingsTable series={series} window={window} point={point} timeZone={timeZone} />}
      <div className="time-charts" ref={frame} hidden={asTable}>
        <SignalChart
          series={series}
          point={point}
          facts={facts}
          peers={compared.length > 0 ? peers.data : undefined}
          withBand={compared.includes(wholeModel)}
        />
        <MarkLane marks={marks} facts={facts} shown={shown} onShow={setShown} />
        {component && forecasts.data && <LifeChart history={forecasts.data} component={component} facts={facts} />}
      </div>
      <ZoneNote atMs={nowMs} timeZone={timeZone} />
    </section>
  );
};
