import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { AuditEntry, AuditedDecision, AuditedForecast, AuditedWrite } from '@kuluma/shared/model/audit.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type RecordKind, recordKinds } from '@kuluma/shared/model/kinds.ts';
import { sha256 } from '@kuluma/shared/node/sha256.ts';
import type { ChainEnd } from '../core/audit/audited-change.ts';
import { canonicalJson } from '../core/audit/canonical-json.ts';
import { type Replayed, replayDecision } from '../core/audit/replay-decision.ts';
import { type ReplayedForecast, replayForecast } from '../core/audit/replay-forecast.ts';
import { type ChainFault, chainVerifier } from '../core/audit/verify-chain.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { AuditReader, RecordReader, Records } from '../ports.ts';
import type { ModelFiles } from './pipeline-deps.ts';

type Organisation = Id<'organisation'>;

/** A record that is not what the audit says it was when it was last written. */
export interface RecordFault {
  readonly kind: string;
  readonly id: string;
  readonly code: 'recordChanged' | 'recordMissing';
}

export interface Verified {
  readonly end: ChainEnd;
  readonly faults: readonly (ChainFault | RecordFault)[];
}

/** In order, a page at a time, from after `fromSeq` to where they end now. */
async function* entriesOf(reader: AuditReader, organisationId: Organisation, fromSeq = 0): AsyncGenerator<AuditEntry> {
  for (let seq = fromSeq; ; ) {
    const page = await reader.auditEntries(organisationId, { fromSeq: seq });
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    seq = last.seq;
  }
}

const recordsAtOnce = 500;

const faultOf = ({ id, kind, recordHash }: AuditedWrite, record: unknown): RecordFault | undefined => {
  // What is personal is erased when its time is over; that it was there stays in the audit.
  if (record === undefined)
    return recordKinds[kind as RecordKind].personal ? undefined : { kind, id, code: 'recordMissing' };
  return sha256(canonicalJson(record)) === recordHash ? undefined : { kind, id, code: 'recordChanged' };
};

/** Those that are not what was written last; some of them may just have been written again. */
const suspects = async (
  reader: RecordReader,
  organisationId: Organisation,
  newest: ReadonlyMap<string, AuditedWrite>,
): Promise<AuditedWrite[]> => {
  const suspected: AuditedWrite[] = [];
  for (const [kind, writes] of Map.groupBy(newest.values(), (write) => write.kind as RecordKind)) {
    for (let from = 0; from < writes.length; from += recordsAtOnce) {
      const some = writes.slice(from, from + recordsAtOnce);
      const kept = await reader.list(kind, organisationId, { where: { id: some.map(({ id }) => id) } });
      const byId = new Map(kept.map((record) => [record.id as string, record]));
      suspected.push(...some.filter((write) => faultOf(write, byId.get(write.id))));
    }
  }
  return suspected;
};

/** What is wrong with a record when it and its last entry are read at one instant. */
const confirmed = (
  records: Records,
  organisationId: Organisation,
  { kind, id }: AuditedWrite,
): Promise<RecordFault | undefined> =>
  records.transact(async (tx) => {
    const about = await tx.auditEntries(organisationId, { about: id, newestFirst: true });
    const last = about.flatMap(({ writes }) => writes).find((write) => write.id === id);
    return last && faultOf(last, await tx.get(kind as RecordKind, organisationId, id));
  });

/**
 * Reads the whole audit of an organisation, and whether its records are what it says of them. Who writes meanwhile
 * waits for nothing and is not mistaken for a forger.
 * @param known ends of the chain that were noted elsewhere.
 */
export const verifyAudit = async (
  records: Records,
  organisationId: Organisation,
  known: readonly ChainEnd[] = [],
): Promise<Verified> => {
  const verifier = chainVerifier(sha256, known);
  const newest = new Map<string, AuditedWrite>();
  let lastSeq = 0;
  const take = (entry: AuditEntry): void => {
    if (verifier.take(entry)) for (const write of entry.writes) newest.set(write.id, write);
    lastSeq = entry.seq;
  };
  for await (const entry of entriesOf(records, organisationId)) take(entry);
  // What came meanwhile, and the end, at one instant.
  const { rest, stored } = await records.transact(async (tx) => {
    const later: AuditEntry[] = [];
    for await (const entry of entriesOf(tx, organisationId, lastSeq)) later.push(entry);
    return { rest: later, stored: await tx.auditEnd(organisationId) };
  });
  rest.forEach(take);
  const { end, faults } = verifier.close(stored);
  const wrong: RecordFault[] = [];
  for (const suspect of await suspects(records, organisationId, newest)) {
    const fault = await confirmed(records, organisationId, suspect);
    if (fault) wrong.push(fault);
  }
  return { end, faults: [...faults, ...wrong] };
};

/** Kinds through which a decision goes on: what names one of them belongs to it. */
const carriers: readonly string[] = ['recommendation', 'offer', 'visit'] satisfies RecordKind[];

const recommendationOf = async (
  reader: AuditReader,
  organisationId: Organisation,
  id: string,
): Promise<string | undefined> => {
  if (id.startsWith('rec_')) return id;
  for (const { id: entryId, writes } of await reader.auditEntries(organisationId, { about: id })) {
    const write = writes.find((one) => one.id === id) ?? (entryId === id ? writes[0] : undefined);
    const { recommendationId, offerId } = write?.names ?? {};
    if (recommendationId) return recommendationId;
    if (offerId && offerId !== id) return recommendationOf(reader, organisationId, offerId);
  }
  return undefined;
};

/**
 * What the audit holds of one decision, from its data to its outcome, in order.
 * @param id of the recommendation or of what came of it: an approval, an offer, a message, a visit, an outcome.
 * @throws NOT_FOUND
 */
export const decisionThread = async (
  reader: AuditReader,
  organisationId: Organisation,
  id: string,
): Promise<AuditEntry[]> => {
  const root = await recommendationOf(reader, organisationId, id);
  const entries = new Map<number, AuditEntry>();
  const asked = new Set<string>();
  const ask = async (about: string): Promise<void> => {
    if (asked.has(about)) return;
    asked.add(about);
    for (const entry of await reader.auditEntries(organisationId, { about })) {
      entries.set(entry.seq, entry);
      for (const write of entry.writes)
        if (carriers.includes(write.kind) && Object.values(write.names).includes(about)) await ask(write.id);
    }
  };
  if (root) await ask(root);
  if (entries.size === 0) throw new AppError('NOT_FOUND', `the audit tells of no decision ${id}`);
  return [...entries.values()].sort((a, b) => a.seq - b.seq);
};

export interface ReplayedDecision extends Replayed {
  readonly decision: AuditedDecision;
  /** The numbers that the rule was given, made again by the models that made them. */
  readonly forecasts: readonly ReplayedForecast[];
}

type Models = Pick<ModelFiles, 'get'>;

/** The model that made a forecast, by its own bytes; undefined where it is gone or another one. */
const modelOf = async (
  reader: RecordReader,
  models: Models,
  organisationId: Organisation,
  { forecastModelId, modelHash }: AuditedForecast,
): Promise<ForecastModel | undefined> => {
  const record = await reader.get('forecastModel', organisationId, forecastModelId);
  if (record?.modelHash !== modelHash) return undefined;
  try {
    return await models.get(record.file);
  } catch (error) {
    if (asAppError(error).code === 'INPUT_INVALID') return undefined;
    throw error;
  }
};

const replayForecasts = (
  reader: RecordReader,
  models: Models,
  organisationId: Organisation,
  { inputs, forecasts }: AuditedDecision,
): Promise<ReplayedForecast[]> =>
  Promise.all(
    forecasts.map(async (forecast) => {
      const said = inputs.forecasts.find(({ forecastId }) => forecastId === forecast.forecastId);
      const numbers = said ?? { rulDays: null, failureProbability: [] };
      return replayForecast(forecast, numbers, await modelOf(reader, models, organisationId, forecast));
    }),
  );

/**
 * Asks the rule again what it was asked for a decision, and the models for the numbers that it was given, from the inputs
 * that the audit kept.
 * @param id as for `decisionThread`. @throws NOT_FOUND
 */
export const replayAudited = async (
  reader: AuditReader & RecordReader,
  models: Models,
  organisationId: Organisation,
  id: string,
): Promise<ReplayedDecision> => {
  const root = await recommendationOf(reader, organisationId, id);
  const entries = root ? await reader.auditEntries(organisationId, { about: root }) : [];
  const decision = entries.flatMap(({ decisions }) => decisions).find((one) => one.recommendationId === root);
  if (!decision) throw new AppError('NOT_FOUND', `the audit has no decision ${id} to replay`);
  const forecasts = await replayForecasts(reader, models, organisationId, decision);
  return { decision, forecasts, ...replayDecision(decision) };
};
