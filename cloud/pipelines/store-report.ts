import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordKey, WireRecord } from '@kuluma/shared/wire/record.ts';
import { covers, futureToleranceMs, type SampleRefusal } from '../core/ingest/check-samples.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import type { Random, Records, RecordTransaction } from '../ports.ts';
import type { PointPeriods } from './gateway-points.ts';

/** What a gateway reports beside samples. */
export type Report = Exclude<WireRecord, { readonly kind: 'samples' }>;
export type RefusedCounts = ReadonlyMap<SampleRefusal, number>;

const commandOf = ({ gatewayId, epoch, class: log, seq }: RecordKey): string =>
  `report ${gatewayId} ${epoch} ${log} ${seq}`;

/** What may be stored of the report, and how much of it may not, by the same rules as samples. */
const checkReport = (report: Report, { receivedAtMs }: ReceivedLetter, periods: PointPeriods) => {
  const refused = new Map<SampleRefusal, number>();
  const refuse = (reason: SampleRefusal): false => {
    refused.set(reason, (refused.get(reason) ?? 0) + 1);
    return false;
  };
  const isOwn = (pointId: string, atMs: number): boolean => {
    if (atMs > receivedAtMs + futureToleranceMs) return refuse('fromTheFuture');
    return (periods.get(pointId) ?? []).some((period) => covers(atMs, period)) || refuse('unknownPoint');
  };
  if (report.kind === 'alarms')
    return { alarms: report.alarms.filter((a) => isOwn(a.pointId, a.occurredAtMs)), refused };
  if (report.kind === 'waveform') {
    const { pointId, sampledAtMs } = report.waveform;
    return { waveforms: isOwn(pointId, sampledAtMs) ? [report.waveform] : [], refused };
  }
  const pointIds = report.gap.pointIds?.filter((id) => periods.has(id) || refuse('unknownPoint')) ?? null;
  return { gaps: pointIds?.length === 0 ? [] : [{ ...report.gap, pointIds }], refused };
};

/**
 * Alarms, gaps and waveforms as records. The key of the wire record is remembered in the same transaction: however
 * often it comes, by whichever worker, its records stand once.
 * @throws what the records throw; INPUT_INVALID for a report that they cannot keep
 */
export const storeReport = async (
  { records, random }: { readonly records: Records; readonly random: Random },
  received: ReceivedLetter,
  report: Report,
  periods: PointPeriods,
): Promise<RefusedCounts> => {
  const { organisationId, receivedAtMs } = received;
  const { gatewayId } = report.key;
  const { alarms = [], gaps = [], waveforms = [], refused } = checkReport(report, received, periods);
  const base = <K extends 'alarm' | 'gap' | 'waveform'>(kind: K) => ({
    ...freshBase(kind, {
      organisationId: organisationId as Id<'organisation'>,
      createdBy: { kind: 'policy', name: 'ingest' },
      nowMs: receivedAtMs,
      random,
    }),
    gatewayId,
  });
  const insertAll = async (tx: RecordTransaction): Promise<void> => {
    for (const alarm of alarms) await tx.insert('alarm', { ...base('alarm'), ...alarm });
    for (const gap of gaps) await tx.insert('gap', { ...base('gap'), ...gap });
    for (const { values, ...head } of waveforms) {
      const valuesBase64 = Buffer.from(values.buffer, values.byteOffset, values.length).toString('base64');
      await tx.insert('waveform', { ...base('waveform'), ...head, valuesBase64 });
    }
  };
  await records.transact(async (tx) => {
    const command = commandOf(report.key);
    if ((await tx.answered(organisationId, command)) !== undefined) return;
    await insertAll(tx);
    await tx.remember(organisationId, command, true);
  });
  return refused;
};
