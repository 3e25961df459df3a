import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Driver } from '@kuluma/shared/model/forecast.ts';
import type { MachineState, StateReason } from '@kuluma/shared/model/machine-state.ts';
import type { Component, ComponentType } from '@kuluma/shared/model/machines.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { workOf } from './recommend.ts';

/** A technician can hardly be there today. */
const leastDays = 1;

/** One inspection in a week for so many machines of a model: what is looked at without need stays rare. */
const machinesPerInspection = 50;

/** What has come of the looks at changes of state of a fleet so far. */
export interface PastLooks {
  readonly found: number;
  readonly looked: number;
}

/**
 * How many changes of state of a machine model may lead to a visit in a week: in proportion to the fleet and to the share
 * of looks that found something, as Laplace's rule of succession expects it of the next; never less than one, or nothing
 * would ever be found.
 */
export const inspectionsPerWeek = (machines: number, { found, looked }: PastLooks): number =>
  Math.max(1, Math.floor(((machines / machinesPerInspection) * 2 * (found + 1)) / (looked + 2)));

/** What a visit is told to be about; null for a look. */
export const failureModeSaid = ({
  forecastId,
  failureModeCode,
}: Pick<Recommendation, 'forecastId' | 'failureModeCode'>): Recommendation['failureModeCode'] | null =>
  forecastId === null ? null : failureModeCode;

/** A reason as the pages and letters of a forecast tell it, which know no amounts. */
const driverOf = ({ kind, amount, share }: StateReason, point: string): Driver =>
  kind === 'level'
    ? { point, kind, direction: amount > 0 ? 'up' : 'down', share }
    : { point, kind: 'spread', direction: amount > 1 ? 'up' : 'down', share };

/**
 * A look at a machine that is no longer as it was: what is wrong nobody knows, so no part is taken along, nothing is said of
 * its remaining life, and waiting has no price. The window is the horizon of the service policy.
 * @param args.component the one that it is done as: of those without a forecast the dearest to fail.
 * @param args.pointName by id, of the machine's points.
 */
export const inspectChange = (args: {
  readonly state: MachineState;
  readonly component: Component;
  readonly componentType: ComponentType;
  readonly pointName: (pointId: string) => string;
  readonly codeVersion: string;
  readonly origin: Parameters<typeof freshBase>[1];
}): Recommendation => {
  const { state, component, componentType, pointName, codeVersion, origin } = args;
  const { failureModeCode, policy } = componentType;
  const fromMs = origin.nowMs + leastDays * dayMs;
  return {
    ...freshBase('recommendation', origin),
    machineId: state.machineId,
    componentId: component.id,
    forecastId: null,
    machineStateId: state.id,
    action: 'inspect',
    failureModeCode,
    window: { fromMs, bestMs: fromMs, toMs: fromMs + Math.max(leastDays, Math.round(policy.horizonDays)) * dayMs },
    bom: [],
    ...workOf(componentType, 'inspect'),
    riskOfWaiting: [],
    drivers: state.reasons.map((reason) => driverOf(reason, pointName(reason.pointId))),
    inputs: { forecasts: [], componentType, installedAtMs: component.period.fromMs, codeVersion },
    // Whose turn it is, the week's budget says once all are known.
    state: 'waiting',
    openedAtMs: null,
  };
};
