import { type Static, Type } from 'typebox';
import { AuditedForecast, AuditedWrite } from '../audit.ts';
import { Actor, closed, idOf, orNull } from '../base.ts';
import { IsoInstant } from './common.ts';

/** One change: random ids and hashes only. */
export const AuditEntryView = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: IsoInstant,
    by: Actor,
    writes: Type.Array(AuditedWrite),
    hash: Type.String(),
  },
  closed,
);
export type AuditEntryView = Static<typeof AuditEntryView>;

export const VerificationView = Type.Object(
  {
    entries: Type.Integer({ minimum: 0 }),
    /** Number and hash of the last entry: to be kept elsewhere. */
    end: Type.String(),
    faults: Type.Array(
      Type.Object(
        {
          /** The entry at which it shows, or the record that is not what its last entry says. */
          seq: Type.Optional(Type.Integer()),
          kind: Type.Optional(Type.String()),
          id: Type.Optional(Type.String()),
          code: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type VerificationView = Static<typeof VerificationView>;

/** One decision from its data to its outcome, and what the rule says when it is asked again. */
export const AuditedDecisionView = Type.Object(
  {
    entries: Type.Array(AuditEntryView),
    /** Null for a decision that no forecast asked for. */
    replay: orNull(
      Type.Object(
        {
          recommendationId: idOf('recommendation'),
          decidedAt: IsoInstant,
          /** Of the program that decided. */
          codeVersion: Type.String(),
          forecasts: Type.Array(AuditedForecast),
          isSame: Type.Boolean(),
          differs: Type.Array(Type.String()),
          said: Type.Record(Type.String(), Type.Unknown()),
          saysNow: orNull(Type.Record(Type.String(), Type.Unknown())),
          /** The numbers that the rule was given, made again by the models that made them. */
          numbers: Type.Array(
            Type.Object(
              { forecastId: Type.String(), code: Type.String(), said: Type.Unknown(), saysNow: Type.Unknown() },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type AuditedDecisionView = Static<typeof AuditedDecisionView>;
