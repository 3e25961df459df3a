import { type Static, type TSchema, Type } from 'typebox';
import { closed, idOf, LocalText, oneOf, orNull } from '../base.ts';
import { HealthGrade, Quantiles } from '../forecast.ts';
import { IsoInstant, MachineHead } from './common.ts';
import { decisionHead } from './decision.ts';
import { IncidentHead, SilentGateway } from './incident.ts';

/** What needs a planner today: three lists, the most pressing first, and nothing else. */

/** All are counted; a list shows the first ones. */
const counted = <Item extends TSchema>(item: Item) =>
  Type.Object({ count: Type.Integer(), items: Type.Array(item) }, closed);

export const TodayDecision = Type.Object(decisionHead, closed);

export const todayRisks = ['mayFail', 'windowEnds'] as const;
/** `mayFail`: the failure lies before the end of this day with 10 % or more. `windowEnds`: undecided, and today is the last day. */
export const TodayRisk = Type.Object(
  {
    kind: oneOf(todayRisks),
    machine: MachineHead,
    componentName: orNull(LocalText),
    healthGrade: HealthGrade,
    rulDays: orNull(Quantiles),
    recommendationId: orNull(idOf('recommendation')),
    /** Booked already; null where nobody comes. */
    visitStartAt: orNull(IsoInstant),
  },
  closed,
);
export type TodayRisk = Static<typeof TodayRisk>;

export const todayPromises = ['visitLate', 'callAsked', 'letterFailed', 'offerEnds'] as const;
/** What an owner was told that may not come true, with the moment from or to which it counts. */
export const TodayPromise = Type.Object(
  {
    kind: oneOf(todayPromises),
    machine: MachineHead,
    recommendationId: idOf('recommendation'),
    /** Who waits: the owner's contact; for a visit the technician. */
    personName: orNull(Type.String()),
    at: IsoInstant,
  },
  closed,
);
export type TodayPromise = Static<typeof TodayPromise>;

export const TodayView = Type.Object(
  {
    /** What came up on many machines for one cause, to be decided at once. */
    incidents: Type.Array(IncidentHead),
    silentGateways: Type.Array(SilentGateway),
    decisions: Type.Object(
      {
        /** All that wait. */
        count: Type.Integer(),
        /** Of these, members of incidents: they stand in no list of their own. */
        inIncidents: Type.Integer(),
        items: Type.Array(TodayDecision),
      },
      closed,
    ),
    risks: counted(TodayRisk),
    promises: counted(TodayPromise),
    /** Of the week that ends now, over all fleets that have one; null where none has. */
    alertBudget: orNull(Type.Object({ used: Type.Integer(), most: Type.Integer(), waiting: Type.Integer() }, closed)),
    /** Of the forecasts. */
    run: orNull(
      Type.Object({ lastAt: orNull(IsoInstant), lastOk: orNull(Type.Boolean()), nextAt: orNull(IsoInstant) }, closed),
    ),
  },
  closed,
);
export type TodayView = Static<typeof TodayView>;
