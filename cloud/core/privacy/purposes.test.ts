import { describe, expect, it } from 'vitest';
import { personalKinds } from './personal-kinds.ts';
import { type PurposeId, purposeOf, purposes, readFor } from './purposes.ts';

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
    expect(may('inboundSms')).toEqual(['owners', 'auditing', 'rights']);
    for (const id of ['sharing', 'setUp', 'machinery', 'business'] as const)
      expect(purposeOf(id).reads, id).not.toContain('caseMessage');
  });

  it('say what each is for', () => {
    for (const id of Object.keys(purposes) as PurposeId[])
      expect(purposeOf(id).why !== '' || purposeOf(id).reads.length === 0, id).toBe(true);
  });
});
