import { createHash } from 'node:crypto';
import { seededRandom } from '@kuluma/shared/clock.ts';
import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import { freshBase, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyChain, entryOf } from './audited-change.ts';
import { canonicalJson } from './canonical-json.ts';
import { chainVerifier } from './verify-chain.ts';

const random = seededRandom(3);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const organisationId = newId('organisation', random);
const person = { kind: 'person' as const, personId: newId('person', random) };

const approvalOf = (nowMs: number): RecordOf<'approval'> => ({
  ...freshBase('approval', { organisationId, createdBy: person, nowMs, random }),
  recommendationId: newId('recommendation', random),
  ...{ personId: person.personId, decision: 'approve', overrideReason: null, decidedAtMs: nowMs },
});

const chainOf = (length: number): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  for (let nowMs = 1; nowMs <= length; nowMs++) {
    const { seq, hash } = entries.at(-1) ?? emptyChain;
    const written = [{ kind: 'approval' as const, record: approvalOf(nowMs) }];
    const args = { organisationId, written, decisions: [], by: undefined, end: { seq, hash }, nowMs, random, sha256 };
    entries.push(entryOf(args));
  }
  return entries;
};
const chain = chainOf(12);
const stored = { seq: chain.length, hash: chain.at(-1)?.hash ?? '' };

const faultsIn = (entries: readonly AuditEntry[], end = stored, known: { seq: number; hash: string }[] = []) => {
  const verifier = chainVerifier(sha256, known);
  for (const entry of entries) verifier.take(entry);
  return verifier.close(end).faults;
};

describe('the audit', () => {
  it('is whole as it was written, and after a store has sorted its keys anew', () => {
    const sorted = chain.map((entry) => JSON.parse(canonicalJson(entry)) as AuditEntry);
    expect(faultsIn(sorted)).toEqual([]);
    expect(faultsIn([], emptyChain)).toEqual([]);
  });

  it('shows any byte that was changed, wherever it stands', () => {
    const text = canonicalJson(chain);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        fc.pre(changed !== text);
        let entries: unknown;
        try {
          entries = JSON.parse(changed);
        } catch {
          return;
        }
        // A key that stands twice, or an escape written otherwise, may leave the same value.
        if (canonicalJson(entries) === text) return;
        const isRead = Array.isArray(entries) && entries.every((entry) => typeof entry === 'object' && entry !== null);
        if (isRead) expect(faultsIn(entries as AuditEntry[])).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('shows what was removed, put in, put elsewhere or cut off', () => {
    const [first, second, ...rest] = chain as [AuditEntry, AuditEntry, ...AuditEntry[]];
    expect(faultsIn([first, ...rest])).toContainEqual({ seq: 3, code: 'gap' });
    expect(faultsIn([first, first, second, ...rest])).toContainEqual({ seq: 1, code: 'gap' });
    expect(faultsIn([second, first, ...rest])).not.toEqual([]);
    expect(faultsIn(chain.slice(0, -1))).toEqual([{ seq: 12, code: 'wrongEnd' }]);
  });

  it('shows a forged chain with an end of its own to whoever noted the true end', () => {
    const forged = chainOf(12);
    const end = { seq: 12, hash: forged.at(-1)?.hash ?? '' };
    expect(faultsIn(forged, end)).toEqual([]);
    expect(faultsIn(forged, end, [{ seq: 5, hash: chain[4]?.hash ?? '' }])).toEqual([{ seq: 5, code: 'unknownEnd' }]);
  });

  it('is told of whoever asked, else of the person who made its records', () => {
    const written = [{ kind: 'approval' as const, record: approvalOf(1) }];
    const contact = { kind: 'contact' as const, contactId: newId('contact', random) };
    const args = { organisationId, written, decisions: [], end: emptyChain, nowMs: 1, random, sha256 };
    expect(entryOf({ ...args, by: undefined }).createdBy).toEqual(person);
    expect(entryOf({ ...args, by: contact }).createdBy).toEqual(contact);
  });
});
