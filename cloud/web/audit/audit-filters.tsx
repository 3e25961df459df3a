import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { type FormEvent, useState } from 'react';
import { useWords } from '../parts/language.tsx';
import { dayAfter, instantOf } from '../planner/board/zone-time.ts';

/** As the API takes them. */
export type Filters = Record<string, string>;

const names = ['from', 'to', 'kind', 'about', 'by'] as const;
type Fields = Record<(typeof names)[number], string>;

const isoAt = (day: string, timeZone: string): string => new Date(instantOf(day, 0, timeZone)).toISOString();

/** Days of the zone in which the entries show their instants. */
const filtersOf = ({ from, to, kind, about, by }: Fields, timeZone: string): Filters => ({
  ...(from === '' ? {} : { fromAt: isoAt(from, timeZone) }),
  ...(to === '' ? {} : { toAt: isoAt(dayAfter(to), timeZone) }),
  ...(kind === '' ? {} : { kind }),
  ...(about.trim() === '' ? {} : { about: about.trim() }),
  ...(by.trim() === '' ? {} : { by: by.trim() }),
});

/** By time, kind, subject and person. */
export const AuditFilters = (props: { timeZone: string; onShow: (filters: Filters) => void }) => {
  const { timeZone, onShow } = props;
  const words = useWords();
  const [fields, setFields] = useState<Fields>({ from: '', to: '', kind: '', about: '', by: '' });
  const change = (name: (typeof names)[number], value: string) => setFields((held) => ({ ...held, [name]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onShow(filtersOf(fields, timeZone));
  };
  const field = (name: (typeof names)[number], type: 'date' | 'text') => (
    <label>
      {words.t(`audit.${name}`)}
      <input
        className="field"
        type={type}
        value={fields[name]}
        {...(type === 'text' ? { pattern: '\\s*[a-z]{3}_[0-9a-z]{26}\\s*', spellCheck: false } : {})}
        onChange={(event) => change(name, event.target.value)}
      />
    </label>
  );
  return (
    <form className="account-form" onSubmit={submit}>
      {field('from', 'date')}
      {field('to', 'date')}
      <label>
        {words.t('audit.kind')}
        <select className="field" value={fields.kind} onChange={(event) => change('kind', event.target.value)}>
          <option value="">{words.t('audit.kindAll')}</option>
          {Object.keys(recordKinds)
            .sort()
            .map((kind) => (
              <option key={kind} value={kind}>
                {kind}
              </option>
            ))}
        </select>
      </label>
      {field('about', 'text')}
      {field('by', 'text')}
      <button type="submit" className="button">
        {words.t('audit.show')}
      </button>
    </form>
  );
};
