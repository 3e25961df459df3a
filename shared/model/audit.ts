import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, orNull } from './base.ts';
import { Recommendation } from './service.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A record as a change has left it: what it is, its state, whom it names and what it was, as a hash. */
export const AuditedWrite = Type.Object(
  {
    kind: Type.String({ minLength: 1 }),
    id: Type.String({ minLength: 1 }),
    /** 1: it was made. */
    version: Type.Integer({ minimum: 1 }),
    state: orNull(Type.String()),
    /** Ids of other records that it names, by its field. */
    names: Type.Record(Type.String(), Type.String()),
    /** SHA-256 of the whole record as canonical JSON (RFC 8785). */
    recordHash: Sha256,
  },
  closed,
);
export type AuditedWrite = Static<typeof AuditedWrite>;

/** Which data and which model a forecast stood on. */
export const AuditedForecast = Type.Object(
  {
    forecastId: idOf('forecast'),
    recordHash: Sha256,
    dataUntilMs: Instant,
    forecastModelId: idOf('forecastModel'),
    modelHash: Type.String(),
    configHash: Type.String(),
    codeVersion: Type.String(),
    /** What its model was given, so that its numbers can be made again; absent in entries from before that was kept. */
    inputs: Type.Optional(
      Type.Object({ componentCode: Type.String(), values: Type.Array(orNull(Type.Number())) }, closed),
    ),
  },
  closed,
);
export type AuditedForecast = Static<typeof AuditedForecast>;

/** What the rule was asked and what it said, so that it can be asked again: random ids only. */
export const AuditedDecision = Type.Object(
  {
    recommendationId: idOf('recommendation'),
    decidedAtMs: Instant,
    inputs: Recommendation.properties.inputs,
    said: Type.Record(Type.String(), Type.Unknown()),
    forecasts: Type.Array(AuditedForecast),
  },
  closed,
);
export type AuditedDecision = Static<typeof AuditedDecision>;

/**
 * One change of what is audited, written in its transaction. `createdBy` is who asked for it. The entries of an
 * organisation are a chain: each holds the hash of the one before, so that none can be changed, removed or put between
 * unseen (Haber and Stornetta, How to time-stamp a digital document, 1991).
 */
export const AuditEntry = defineRecord('auditEntry', {
  /** Its place in the chain, from 1 without a gap. */
  seq: Type.Integer({ minimum: 1 }),
  writes: Type.Array(AuditedWrite, { minItems: 1 }),
  decisions: Type.Array(AuditedDecision),
  /** Every id that it tells of, to find it by. */
  about: Type.Array(Type.String()),
  /** Of the entry before; of the first 64 zeros. */
  previousHash: Sha256,
  /** SHA-256 of all of this but `hash`, as canonical JSON. */
  hash: Sha256,
});
export type AuditEntry = Static<typeof AuditEntry>;
