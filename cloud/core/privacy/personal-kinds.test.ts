import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { describe, expect, it } from 'vitest';
import { fileKinds, namesPeople, personalKinds, pseudonymousKinds } from './personal-kinds.ts';
import { type Processing, processingRegister } from './processing-register.ts';

describe('what is of a person', () => {
  it('is found for every kind: by a person it names, by what it belongs to, or by who made it', () => {
    // Made by the person themself where nothing else joins it to one.
    const byMaker = ['visitFile'];
    for (const kind of personalKinds) {
      const { through }: Processing = processingRegister[kind];
      const isReached = ['person', 'contact'].includes(kind) || namesPeople(kind) || through !== undefined;
      expect(isReached || byMaker.includes(kind), kind).toBe(true);
      if (through) expect(recordKinds[kind].filters, kind).toContain(through);
    }
  });

  it('is named by random ids in what was offered, sent, decided and done, and in no measurement', () => {
    for (const kind of ['offer', 'message', 'acceptance', 'approval', 'visit', 'technician'] as const)
      expect(pseudonymousKinds).toContain(kind);
    for (const kind of ['forecast', 'alarm', 'machine', 'contact', 'auditEntry'] as const)
      expect(pseudonymousKinds).not.toContain(kind);
    expect(fileKinds).toContain('visitFile');
  });
});
