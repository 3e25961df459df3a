import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type FormEvent, useState } from 'react';
import { useWords } from '../parts/language.tsx';

/** As the API takes them. */
export type Filters = Record<string, string>;

const names = ['from', 'to', 'kind', 'about', 'by'] as const;
type Fields = Record<(typeof names)[number], string>;

/** Days in UTC, as the entries show their instants. */
const filtersOf = ({ from, to, kind, about, by }: Fields): Filters => ({
  ...(from === '' ? {} : { fromAt: new Date(from).toISOString() }),
  ...(to === '' ? {} : { toAt: new Date(Date.parse(to) + dayMs).toISOString() }),
  ...(kind === '' ? {} : { kind }),
  ...(about.trim() === '' ? {} : { about: about.trim() }),
  ...(by.trim() === '' ? {} : { by: by.trim() }),
});

/** By time, kind, subject and person. */
export const AuditFilters = ({ onShow }: { onShow: (filters: Filters) => void }) => {
  const words = useWords();
  const [fields, setFields] = useState<Fields>({ from: '', to: '', kind: '', about: '', by: '' });
  const change = (name: (typeof names)[number], value: string) => setFields((held) => ({ ...held, [name]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onShow(filtersOf(fields));
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
