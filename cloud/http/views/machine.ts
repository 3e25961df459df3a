import type { Id } from '@kuluma/shared/model/base.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import type { Interval } from '../../core/calendar/intervals.ts';
import { machineScoreOf } from '../../core/quality/machine-quality.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { installedComponents, lastForecastOf } from '../../pipelines/machine-facts.ts';
import { qualityOfPoints } from '../../pipelines/machine-quality.ts';
import { stateOf } from '../../pipelines/watch-states.ts';
import type { TimeSeriesStore } from '../../ports.ts';
import { machineGrade, worstForecastOf } from './fleet.ts';
import { forecastViewOf } from './forecast-view.ts';
import { alarmsOf } from './machine-alarms.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';
import { machineStateViewOf } from './machine-state.ts';

type Event = MachineView['events'][number] & { readonly atMs: number };

export const isWithin = (ranges: readonly Interval[], atMs: number): boolean =>
  ranges.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

const componentEvents = async (lookup: Lookup, machineId: string): Promise<Event[]> =>
  (await lookup.by('component', 'machineId', machineId)).flatMap(({ componentCode, period, endedBy }) => {
    const at = (atMs: number, kind: Event['kind']): Event => ({
      atMs,
      at: isoOf(atMs),
      kind,
      componentCode,
      code: kind,
    });
    const installed = at(period.fromMs, 'installed');
    return period.toMs === null ? [installed] : [installed, at(period.toMs, endedBy ?? 'replacement')];
  });

/** Changes of state at the time they happened, as far as the data tell; a new baseline is none. */
const stateEvents = async (lookup: Lookup, machineId: string): Promise<Event[]> =>
  (await lookup.by('machineState', 'machineId', machineId)).flatMap(({ sinceMs, state }, i, all) => {
    const isBack = state === 'normal' && all[i - 1]?.state === 'changed';
    return state === 'changed' || isBack
      ? [{ atMs: sinceMs, at: isoOf(sinceMs), kind: 'state' as const, componentCode: null, code: state }]
      : [];
  });

const serviceEvents = async (lookup: Lookup, machineId: string): Promise<Event[]> => {
  const events: Event[] = [];
  const codes = new Map<string, string>();
  const add = (atMs: number, kind: Event['kind'], recommendationId: string, code: string) =>
    events.push({ atMs, at: isoOf(atMs), kind, componentCode: codes.get(recommendationId) ?? null, code });
  for (const { id, componentId, createdAtMs, state } of await lookup.by('recommendation', 'machineId', machineId)) {
    codes.set(id, (await componentTypeOf(lookup, componentId)).code);
    add(createdAtMs, 'recommendation', id, state);
  }
  for (const offer of await lookup.by('offer', 'machineId', machineId))
    add(offer.createdAtMs, 'offer', offer.recommendationId, offer.state);
  for (const visit of await lookup.by('visit', 'machineId', machineId))
    add(visit.slot.startMs, 'visit', visit.recommendationId, visit.state);
  return events;
};

const componentsOf = async (
  lookup: Lookup,
  machineId: string,
  args: { nowMs: number; ranges: readonly Interval[]; ours: boolean },
) => {
  const components: MachineView['components'] = [];
  for (const { id, period } of await installedComponents(lookup, machineId, args.nowMs)) {
    const type = await componentTypeOf(lookup, id);
    const forecast = await lastForecastOf(lookup, id);
    components.push({
      componentId: id,
      code: type.code,
      name: type.name,
      failureModeCode: type.failureModeCode,
      installedAt: isoOf(period.fromMs),
      forecast:
        forecast && isWithin(args.ranges, forecast.forecastAtMs)
          ? await forecastViewOf(lookup, forecast, args.ours)
          : null,
    });
  }
  return components;
};

const pointsOf = async (
  lookup: Lookup,
  timeSeries: TimeSeriesStore,
  machineId: string,
  ranges: readonly Interval[],
): Promise<MachineView['points']> => {
  const points = await lookup.by('measurementPoint', 'machineId', machineId);
  const samples = await timeSeries.latest(
    lookup.organisationId,
    points.map(({ id }) => id),
  );
  return points.map(({ id, name, role, unit, alarmLimit }) => {
    const sample = samples.get(id);
    const latest =
      sample && isWithin(ranges, sample.sampledAtMs)
        ? { value: sample.value, sampledAt: isoOf(sample.sampledAtMs), quality: sample.quality }
        : null;
    return { pointId: id, name, role, unit, alarmLimit, latest };
  });
};

/** Events of a point that are looked through: more is no list any more. */
const mostEventsPerPoint = 100;

const machineAlarmsOf = async (
  lookup: Lookup,
  machineId: string,
  ranges: readonly Interval[],
): Promise<MachineView['alarms']> => {
  const points = await lookup.by('measurementPoint', 'machineId', machineId);
  const events = await Promise.all(
    points.map(({ id }) =>
      lookup.list('alarm', { where: { pointId: id }, newestFirst: true, limit: mostEventsPerPoint }),
    ),
  );
  return alarmsOf(events.flat().filter(({ occurredAtMs }) => isWithin(ranges, occurredAtMs)));
};

/** Of the last day of the ranges that the viewer may see, where that day is not over for them. */
const dataQualityOf = async (
  lookup: Lookup,
  timeSeries: TimeSeriesStore,
  machineId: string,
  args: { nowMs: number; ranges: readonly Interval[] },
): Promise<MachineView['dataQuality']> => {
  if (!isWithin(args.ranges, args.nowMs)) return null;
  const points = await lookup.by('measurementPoint', 'machineId', machineId);
  const summaries = await qualityOfPoints(timeSeries, points, args.nowMs);
  const score = machineScoreOf(summaries);
  return score === null ? null : { score, points: summaries.map((one) => ({ ...one, faults: [...one.faults] })) };
};

/**
 * One machine with its components, points and past, as far as it lies within the ranges that the viewer may see: owner, site
 * and components are those of the last instant of them. `ours` says whether the viewer is of the service company.
 */
export const machineViewOf = async (
  lookup: Lookup,
  timeSeries: TimeSeriesStore,
  machineId: Id<'machine'>,
  args: { nowMs: number; ranges: readonly Interval[]; ours: boolean },
): Promise<MachineView> => {
  const { ranges } = args;
  const nowMs = Math.min(args.nowMs, (ranges.at(-1)?.toMs ?? Number.POSITIVE_INFINITY) - 1);
  const components = await componentsOf(lookup, machineId, { nowMs, ranges, ours: args.ours });
  const installed = await installedComponents(lookup, machineId, nowMs);
  const last = new Map(
    await Promise.all(installed.map(async ({ id }) => [String(id), await lastForecastOf(lookup, id)] as const)),
  );
  const worst = worstForecastOf(installed, (componentId) => last.get(componentId));
  const events = [
    ...(await componentEvents(lookup, machineId)),
    ...(await stateEvents(lookup, machineId)),
    ...(await serviceEvents(lookup, machineId)),
  ];
  const state = await stateOf(lookup, machineId);
  // What a forecaster has taken over is no longer watched.
  const isWatched =
    state && isWithin(ranges, state.createdAtMs) && components.some(({ forecast }) => forecast === null);
  const open = (await lookup.by('recommendation', 'machineId', machineId))
    .filter(({ state, createdAtMs }) => (state === 'open' || state === 'approved') && isWithin(ranges, createdAtMs))
    .at(-1);
  const forecastGrade = worst && isWithin(ranges, worst.forecastAtMs) ? worst.healthGrade : undefined;
  const isChanged = isWatched ? state.state === 'changed' : false;
  const healthGrade = machineGrade(forecastGrade, isChanged);
  return {
    machine: await machineHeadOf(lookup, machineId, nowMs),
    healthGrade,
    isNotAsUsual: isChanged && healthGrade !== forecastGrade,
    state: isWatched ? await machineStateViewOf(lookup, state) : null,
    components,
    points: await pointsOf(lookup, timeSeries, machineId, ranges),
    alarms: await machineAlarmsOf(lookup, machineId, ranges),
    dataQuality: await dataQualityOf(lookup, timeSeries, machineId, args),
    events: events
      .filter(({ atMs }) => isWithin(ranges, atMs))
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs: _, ...event }) => event),
    openRecommendationId: open?.id ?? null,
  };
};
