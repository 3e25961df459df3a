import './machine-charts.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { mainDrivers, pointName } from '@kuluma/shared/model/sentences.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { ForecastHistoryView, MachineView, SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useView } from '../../parts/queries.ts';
import { useKeys } from '../../parts/use-keys.ts';
import { axisEndMs } from './chart-data.ts';
import { EventLane } from './event-lane.tsx';
import { LifeChart } from './life-chart.tsx';
import { ReadingsTable } from './readings-table.tsx';
import { SignalChart } from './signal-chart.tsx';
import type { TimeAxis } from './time-axis.ts';

const dayMs = 86_400_000;
const spansDays = [7, 30, 90, 365] as const;
const buckets = 480;

/** Signal, events and remaining life on one time axis: history left of now, the forecast right of it. */
export const MachineCharts = ({
  me,
  machine,
  component,
  nowMs,
  timeZone,
}: {
  me: MeView;
  machine: MachineView;
  component: MachineView['components'][number] | undefined;
  /** When this view of the machine was taken; the axis stands still between refreshes. */
  nowMs: number;
  timeZone: string;
}) => {
  const words = useWords();
  const [spanDays, setSpanDays] = useState<(typeof spansDays)[number]>(30);
  const [pointId, setPointId] = useState<string | null>(null);
  const [asTable, setAsTable] = useState(false);
  useKeys([{ key: 't', does: 'keys.asTable', act: () => setAsTable((shown) => !shown) }]);

  const point = machine.points.find((candidate) => candidate.pointId === pointId) ?? firstPoint(machine, component);
  const { organisationId } = me;
  const { machineId } = machine.machine;
  const fromMs = nowMs - spanDays * dayMs;
  const rulDays = component?.forecast?.rulDays ?? null;
  const axis: TimeAxis = { fromMs, nowMs, toMs: axisEndMs(nowMs, spanDays, rulDays), timeZone };
  const series = useView<SeriesView>(apiPaths.series(organisationId, machineId), {
    query: {
      pointId: point?.pointId ?? '',
      fromAt: new Date(fromMs).toISOString(),
      toAt: new Date(nowMs).toISOString(),
      buckets: String(buckets),
    },
    enabled: point !== undefined,
  });
  const forecasts = useView<ForecastHistoryView>(apiPaths.forecasts(organisationId, machineId), {
    query: { fromAt: new Date(fromMs).toISOString() },
  });
  if (!point) return <p className="soft">{words.t('machine.noPoints')}</p>;
  // While a new point loads, the query still holds the old one's series.
  const shown = series.data?.pointId === point.pointId ? series.data : undefined;
  const error = series.error ?? forecasts.error;
  return (
    <section className="machine-charts" aria-label={words.t('chart.section')}>
      <div className="chart-tools">
        <label>
          <span className="visually-hidden">{words.t('chart.point')}</span>
          <select className="field" value={point.pointId} onChange={(event) => setPointId(event.target.value)}>
            {machine.points.map((candidate) => (
              <option key={candidate.pointId} value={candidate.pointId}>
                {pointName(words, candidate.name)}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="spans">
          <legend className="visually-hidden">{words.t('chart.span')}</legend>
          {spansDays.map((days) => (
            <button type="button" key={days} aria-pressed={days === spanDays} onClick={() => setSpanDays(days)}>
              {words.t('chart.days', { days })}
            </button>
          ))}
        </fieldset>
        <button type="button" className="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {words.t(asTable ? 'chart.asChart' : 'chart.asTable')}
          <span className="key" aria-hidden="true">
            t
          </span>
        </button>
      </div>
      {error && <ProblemNotice error={error} />}
      {asTable ? (
        shown && <ReadingsTable series={shown} point={point} timeZone={timeZone} />
      ) : (
        <>
          {shown ? (
            <SignalChart series={shown} point={point} axis={axis} />
          ) : (
            <div className="skeleton signal-skeleton" />
          )}
          <EventLane machine={machine} axis={axis} />
          {component && forecasts.data && <LifeChart history={forecasts.data} component={component} axis={axis} />}
        </>
      )}
    </section>
  );
};

/** The signal that says most about the component: the point of its strongest driver, else the first sensor. */
const firstPoint = (machine: MachineView, component: MachineView['components'][number] | undefined) => {
  for (const driver of mainDrivers(component?.forecast?.drivers ?? [])) {
    const point = machine.points.find((candidate) => candidate.name === driver.point);
    if (point) return point;
  }
  return machine.points.find((candidate) => candidate.role === 'sensor') ?? machine.points[0];
};
