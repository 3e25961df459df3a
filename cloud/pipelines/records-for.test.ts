import type { RecordKind } from '@kuluma/shared/model/kinds.ts';
import { describe, expect, it } from 'vitest';
import type { Records, RecordsWritten, RecordTransaction } from '../ports.ts';
import { recordsFor } from './records-for.ts';

/** A store that notes of which kinds it was asked. */
const store = () => {
  const asked: string[] = [];
  let hear: (written: RecordsWritten) => void = () => {};
  const take = async (kind: string) => {
    asked.push(kind);
    return [];
  };
  const reads = { get: take, list: take, count: take, newestOfEach: take, naming: take, findMachines: take };
  const records = {
    ...reads,
    transact: (work: (tx: RecordTransaction) => unknown) => work(reads as unknown as RecordTransaction),
    findSession: () => take('session'),
    findByEmail: () => take('person'),
    watch: (listener: typeof hear) => {
      hear = listener;
      return () => {};
    },
  } as unknown as Records;
  return { records, asked, tell: (written: unknown) => hear(written as RecordsWritten) };
};

describe('records that are read for a purpose', () => {
  it('are refused where the purpose does not name their kind, whichever way they are asked for', async () => {
    const { records, asked } = store();
    const forecasting = recordsFor('forecasting', records);
    for (const read of [
      () => forecasting.get('contact', 'org', 'ctc'),
      () => forecasting.list('person', 'org'),
      () => forecasting.count('case', 'org'),
      () => forecasting.newestOfEach('caseMessage', 'org', 'caseId'),
      () => forecasting.naming('session', 'org', []),
      () => forecasting.findMachines('org', 'Anna', 5),
      () => forecasting.findSession('hash'),
      () => forecasting.findByEmail('anna@example.com'),
      () => forecasting.transact((tx) => tx.list('contact', 'org')),
    ])
      await expect(read()).rejects.toThrow('is not to be read for forecasting');
    expect(asked).toEqual([]);
    await forecasting.list('machine', 'org');
    await recordsFor('planning', records).transact((tx) => tx.list('contact', 'org'));
    expect(asked).toEqual(['machine', 'contact']);
    await expect(recordsFor('planning', records).get('passkey', 'org', 'psk')).rejects.toThrow();
  });

  it('are not heard of either by whoever watches', () => {
    const { records, tell } = store();
    const heard: RecordKind[] = [];
    recordsFor('sharing', records).watch((written) => heard.push(...written.records.map(({ kind }) => kind)));
    tell({ kinds: new Set(), records: [{ kind: 'contact' }, { kind: 'caseMessage' }, { kind: 'machine' }] });
    expect(heard).toEqual(['contact', 'machine']);
  });
});
