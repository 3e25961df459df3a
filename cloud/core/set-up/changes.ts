import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { sameJson, type Touched, type World } from './world.ts';

export type ChangeDraft = Pick<RecordOf<'setUpChange'>, 'subjectId' | 'change' | 'fields'>;
type Field = ChangeDraft['fields'][number];

/** The record that a person thinks of when a record changes, and what of it they would call changed. */
interface Meaning {
  readonly subjectId: string;
  /** Of a record that belongs to another: its fields that mean something, under the name that the form has for them. */
  readonly names?: Readonly<Record<string, string>>;
}

const meaningOf = (touched: Touched, world: World): Meaning => {
  const { kind, after } = touched;
  switch (kind) {
    case 'person':
      return { subjectId: world.where('technician', 'personId', after.id)[0]?.id ?? after.id };
    case 'consent':
      return { subjectId: after.contactId, names: { legalBasis: 'serviceNotices' } };
    case 'messagePreference':
      return { subjectId: after.contactId, names: { channel: 'channel' } };
    case 'dataLicence':
      return { subjectId: after.ownerId, names: { purposes: 'dataPurposes' } };
    case 'machinePlacement':
      return { subjectId: after.machineId, names: { siteId: 'siteId' } };
    case 'machineOwnership':
      return { subjectId: after.machineId, names: { ownerId: 'ownerId' } };
    case 'warranty':
      return { subjectId: after.machineId, names: { untilOn: 'warranty' } };
    case 'serviceContract':
      return { subjectId: after.machineId, names: { untilOn: 'contract' } };
    case 'component':
      return { subjectId: after.machineId, names: { componentCode: 'components' } };
    case 'checklistEdition':
      return { subjectId: after.checklistId, names: { items: 'items' } };
    case 'pointAssignment':
      return { subjectId: after.pointId, names: { gatewayId: 'gatewayId', source: 'source' } };
    default:
      return { subjectId: after.id };
  }
};

/** Never told: a hash, and what `change` says already. */
const silent = ['tokenHash', 'certificates', 'enrolment', 'endedAtMs', 'version'];

const fieldsOf = ({ kind, before, after }: Touched, names: Meaning['names']): Field[] => {
  // Said of something else, by period: that it is another now is what changed.
  if (names) return Object.values(names).map((name) => ({ name }));
  const [old, next] = [before, after] as unknown as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(next)
    .filter((name) => !silent.includes(name) && !sameJson(old[name], next[name]))
    .map((name) => (recordKinds[kind].personal ? { name } : { name, from: old[name] ?? null, to: next[name] ?? null }));
};

const changeOf = ({ before, after }: Touched): ChangeDraft['change'] => {
  const [old, next] = [before, after] as { endedAtMs?: number; tokenHash?: string }[];
  if (next?.endedAtMs !== old?.endedAtMs) return next?.endedAtMs === undefined ? 'resumed' : 'ended';
  return next?.tokenHash === old?.tokenHash ? 'changed' : 'newToken';
};

/**
 * What somebody changed, thing by thing, to be kept. Of what is new its own record says who made it; stock has its
 * ledger.
 */
export const changesOf = (touched: readonly Touched[], world: World): ChangeDraft[] => {
  const made = new Set(touched.filter(({ before }) => !before).map(({ after }) => String(after.id)));
  const drafts = new Map<string, ChangeDraft>();
  for (const one of touched) {
    if (one.kind === 'stockMovement') continue;
    const { subjectId, names } = meaningOf(one, world);
    if (made.has(subjectId) || (!one.before && !names)) continue;
    const draft = drafts.get(subjectId) ?? { subjectId, change: 'changed', fields: [] };
    const change = one.before && !names ? changeOf(one) : draft.change;
    const known = new Set(draft.fields.map(({ name }) => name));
    const fields = fieldsOf(one, names).filter(({ name }) => !known.has(name));
    drafts.set(subjectId, {
      subjectId,
      change: change === 'changed' ? draft.change : change,
      fields: [...draft.fields, ...fields],
    });
  }
  return [...drafts.values()].filter(({ change, fields }) => change !== 'changed' || fields.length > 0);
};
