import type { Actor } from '@kuluma/shared/model/base.ts';
import type { AuditEntryView } from '@kuluma/shared/model/views/audit.ts';
import { useWords } from '../parts/language.tsx';

/** Kinds by which a decision is found. */
const leading: readonly string[] = ['recommendation', 'approval', 'offer', 'acceptance', 'message', 'visit', 'outcome'];

const whoOf = (by: Actor): string => {
  if (by.kind === 'policy') return by.name;
  return by.kind === 'person' ? by.personId : by.contactId;
};

/** Entries of the audit, each with the records that it tells of. */
export const EntryList = (props: {
  entries: readonly AuditEntryView[];
  timeZone: string;
  /** Without it no way to the whole decision is shown. */
  onDecision?: (id: string) => void;
}) => {
  const words = useWords();
  const { entries, timeZone, onDecision } = props;
  const at = (iso: string) => `${words.date(Date.parse(iso), timeZone)} ${words.time(Date.parse(iso), timeZone)}`;
  return (
    <ul className="account-list">
      {entries.map(({ seq, at: when, by, writes, hash }) => {
        const lead = writes.find(({ kind }) => leading.includes(kind));
        return (
          <li key={seq}>
            <span>
              <strong>{words.t('audit.entry', { seq })}</strong> {at(when)}
              <code className="account-link soft">{whoOf(by)}</code>
              {writes.map(({ kind, id, version, state }) => (
                <code key={id} className="account-link">
                  {`${kind} ${id} v${version}${state ? ` ${state}` : ''}`}
                </code>
              ))}
              <code className="account-link soft">{hash.slice(0, 16)}…</code>
            </span>
            {lead && onDecision && (
              <button
                type="button"
                className="button"
                aria-label={`${words.t('audit.thread')}: ${words.t('audit.entry', { seq })}`}
                onClick={() => onDecision(lead.id)}
              >
                {words.t('audit.thread')}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
};
