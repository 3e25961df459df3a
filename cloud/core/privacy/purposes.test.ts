import { describe, expect, it } from 'vitest';
import { personalKinds } from './personal-kinds.ts';
import { type PurposeId, purposeOf, purposes, readFor, writtenFor } from './purposes.ts';

describe('purposes', () => {
  it('leave no kind of personal records that nobody may read, so that people can always take theirs along', () => {
    for (const kind of personalKinds) expect(readFor(kind), kind).toContain('rights');
  });

  it('let forecasts and models know nobody, and the audit compare every record with what it says of it', () => {
    expect(purposeOf('forecasting').reads).toEqual([]);
    for (const kind of personalKinds) expect(readFor(kind), kind).toContain('auditing');
  });

  it('keep ways in from all who do not sign people in, and what somebody wrote from all whom it does not concern', () => {
    const may = (kind: Parameters<typeof readFor>[0]): PurposeId[] => readFor(kind);
    expect(may('passkey')).toEqual(['signIn', 'staff', 'auditing', 'rights']);
    expect(may('inboundSms')).toEqual(['owners', 'takingOut', 'auditing', 'rights']);
    for (const id of ['sharing', 'setUp', 'machinery', 'business'] as const)
      expect(purposeOf(id).reads, id).not.toContain('caseMessage');
  });

  it('change people and contacts for who they are and for their rights alone, and nothing for what machines say', () => {
    expect(writtenFor('person')).toEqual(['signIn', 'staff', 'setUp', 'rights']);
    expect(writtenFor('contact')).toEqual(['setUp', 'business', 'rights']);
    expect(writtenFor('consent')).toEqual(['setUp', 'owners', 'rights']);
    for (const id of ['forecasting', 'machinery', 'auditing'] as const) expect(purposeOf(id).writes, id).toEqual([]);
    expect(purposeOf('sharing').writes).toEqual(['session']);
  });

  it('remove nothing but for the rights of people', () => {
    expect((Object.keys(purposes) as PurposeId[]).filter((id) => purposeOf(id).removes)).toEqual(['rights']);
  });

  it('leave no kind that nobody writes', () => {
    for (const kind of personalKinds) expect(writtenFor(kind), kind).not.toEqual([]);
  });

  it('say what each is for', () => {
    for (const id of Object.keys(purposes) as PurposeId[])
      expect(purposeOf(id).why !== '' || purposeOf(id).reads.length + purposeOf(id).writes.length === 0, id).toBe(true);
  });
});
