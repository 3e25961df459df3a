import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { KeepReason, KeptKind } from '@kuluma/shared/model/privacy.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type PersonalKind, type Processing, processingRegister } from './processing-register.ts';

/** Whose data: a member of staff's or a contact's. */
export type Subject =
  | { readonly personId: Id<'person'>; readonly contactId: null }
  | { readonly personId: null; readonly contactId: Id<'contact'> };

export const subjectIdOf = ({ personId, contactId }: Subject): Id<'person'> | Id<'contact'> => personId ?? contactId;

/** Records of somebody by kind, as far as they may be theirs. */
export type Found = ReadonlyMap<PersonalKind, readonly RecordOf<PersonalKind>[]>;

const registered: { readonly [K in PersonalKind]: Processing } = processingRegister;

/** Of one of several people in a record that others made or that they made for others. */
const isNamed = (record: RecordOf<PersonalKind>, ids: readonly string[]): boolean => {
  const { createdBy: _, ...rest } = record;
  const text = JSON.stringify(rest);
  return ids.some((id) => text.includes(id));
};

/**
 * Whether a record that names the subject somewhere is theirs: what staff made about contacts is the contacts', and a
 * signature is its giver's, not its collector's.
 * @param ids of the subject: their own, and as a technician.
 */
export const isTheirs = (
  kind: PersonalKind,
  record: RecordOf<PersonalKind>,
  subject: Subject,
  ids: readonly string[],
): boolean => {
  if (kind === 'person' || kind === 'contact') return record.id === subjectIdOf(subject);
  const isSignature = 'value' in record && record.value.kind === 'signature';
  if (isNamed(record, ids)) return true;
  const { whose, through } = registered[kind];
  const isMade = ids.some((id) => JSON.stringify(record.createdBy).includes(id));
  if (subject.personId) return isMade && !isSignature && whose.includes('staff');
  // Of a visit only the signature is its host's; the rest is about the machine.
  return isMade || (through === 'visitId' ? isSignature : through !== undefined);
};

export interface ErasurePlan {
  /** Ids of what goes, by kind. */
  readonly remove: ReadonlyMap<PersonalKind, readonly string[]>;
  readonly kept: readonly KeptKind[];
}

interface Stay {
  readonly why: KeepReason;
  readonly untilMs: number | null;
}

/** Why a record stays; undefined for what goes. */
const stayOf = (
  kind: PersonalKind,
  record: RecordOf<PersonalKind>,
  subject: Subject,
  { openCases, nowMs }: { readonly openCases: ReadonlySet<string>; readonly nowMs: number },
): Stay | undefined => {
  const { kept, whose } = registered[kind];
  if (subject.contactId) {
    const caseId = 'caseId' in record ? record.caseId : record.id;
    if (openCases.has(String(caseId))) return { why: 'openMatter', untilMs: null };
  }
  const keeping = subject.personId ? kept?.staff : kept?.contacts;
  // Whatever the register says, what belongs to the other side is not removed with this one.
  if (!keeping) return subject.personId && !whose.includes('staff') ? { why: 'nameless', untilMs: null } : undefined;
  const { why, days } = keeping;
  if (days === null) return { why, untilMs: null };
  const untilMs = record.createdAtMs + days * dayMs;
  return nowMs < untilMs ? { why, untilMs } : undefined;
};

/**
 * What of somebody goes, and what stays and why. Their own record is in neither: it is emptied, since what they agreed to
 * refers to it.
 */
export const erasurePlan = (
  found: Found,
  subject: Subject,
  at: { readonly openCases: ReadonlySet<string>; readonly nowMs: number },
): ErasurePlan => {
  const remove = new Map<PersonalKind, string[]>();
  const kept = new Map<string, KeptKind>();
  for (const [kind, records] of found) {
    if (kind === 'person' || kind === 'contact') continue;
    for (const record of records) {
      const stay = stayOf(kind, record, subject, at);
      if (!stay) remove.set(kind, [...(remove.get(kind) ?? []), record.id]);
      else {
        const before = kept.get(`${kind} ${stay.why}`);
        const untilMs = stay.untilMs === null ? null : Math.max(stay.untilMs, before?.untilMs ?? 0);
        kept.set(`${kind} ${stay.why}`, { kind, why: stay.why, untilMs, count: (before?.count ?? 0) + 1 });
      }
    }
  }
  return { remove, kept: [...kept.values()] };
};

/** What stands for an erased name. */
export const erasedName = '–';

/** A contact of whom nothing is left but what others refer to. */
export const emptiedContact = (contact: RecordOf<'contact'>, nowMs: number): RecordOf<'contact'> => ({
  ...contact,
  ...{ name: erasedName, email: '', phone: '', contactRoles: [] },
  endedAtMs: contact.endedAtMs ?? nowMs,
  erasedAtMs: nowMs,
});

/** A member of staff of whom nothing is left; the address is one that can be nobody's (RFC 2606). */
export const emptiedPerson = (person: RecordOf<'person'>, nowMs: number): RecordOf<'person'> => ({
  ...person,
  ...{ name: erasedName, email: 'erased@erased.invalid', phone: '', roles: [] },
  erasedAtMs: nowMs,
});
