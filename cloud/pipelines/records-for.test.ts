import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
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
  const done = async (what: string) => void asked.push(what);
  const writes = {
    insert: (kind: string) => done(`insert ${kind}`),
    update: (kind: string) => done(`update ${kind}`),
    erase: (kind: string) => done(`erase ${kind}`),
    eraseAnswers: () => done('erase answers'),
  };
  const records = {
    ...reads,
    transact: (work: (tx: RecordTransaction) => unknown) =>
      work({ ...reads, ...writes } as unknown as RecordTransaction),
    purge: () => done('purge'),
    purgeAnswers: () => done('purge answers'),
    purgeChallenges: () => done('purge challenges'),
    findSession: () => take('session'),
    findByEmail: () => take('person'),
    watch: (listener: typeof hear) => {
      hear = listener;
      return () => {};
    },
  } as unknown as Records;
  return { records, asked, tell: (written: unknown) => hear(written as RecordsWritten) };
};

describe('records that are used for a purpose', () => {
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

  it('are made and changed only where the purpose names their kind as one that it writes', async () => {
    const { records, asked } = store();
    const person = {} as RecordOf<'person'>;
    for (const id of ['forecasting', 'sharing', 'machinery', 'planning', 'auditing'] as const) {
      await expect(
        recordsFor(id, records).transact((tx) => tx.insert('person', person)),
        id,
      ).rejects.toThrow(`person is not to be written for ${id}`);
      await expect(
        recordsFor(id, records).transact((tx) => tx.update('person', person)),
        id,
      ).rejects.toThrow();
    }
    expect(asked).toEqual([]);
    await recordsFor('forecasting', records).transact((tx) => tx.insert('machine', {} as RecordOf<'machine'>));
    await recordsFor('staff', records).transact(async (tx) => {
      await tx.insert('person', person);
      await tx.update('person', person);
    });
    expect(asked).toEqual(['insert machine', 'insert person', 'update person']);
  });

  it('are removed for the rights of people alone', async () => {
    const { records, asked } = store();
    const removals = (of: Records) => [
      () => of.transact((tx) => tx.erase('case', 'org', ['cas'])),
      () => of.transact((tx) => tx.eraseAnswers('org', ['Anna'])),
      () => of.purge({ kind: 'session', since: 'expiresAtMs', beforeMs: 0 }),
      () => of.purgeAnswers(0),
      () => of.purgeChallenges(0),
    ];
    // Cases are what it writes.
    for (const remove of removals(recordsFor('cases', records)))
      await expect(remove()).rejects.toThrow('nothing personal is to be removed for cases');
    expect(asked).toEqual([]);
    for (const remove of removals(recordsFor('rights', records))) await remove();
    expect(asked).toHaveLength(5);
  });

  it('are not heard of either by whoever watches', () => {
    const { records, tell } = store();
    const heard: RecordKind[] = [];
    recordsFor('sharing', records).watch((written) => heard.push(...written.records.map(({ kind }) => kind)));
    tell({ kinds: new Set(), records: [{ kind: 'contact' }, { kind: 'caseMessage' }, { kind: 'machine' }] });
    expect(heard).toEqual(['contact', 'machine']);
  });
});
