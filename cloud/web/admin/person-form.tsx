import { languages } from '@kuluma/shared/model/base.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { givenRoles, type PersonFieldsCommand, type PersonRow } from '@kuluma/shared/model/views/people.ts';
import { type FormEvent, useState } from 'react';
import type { ProblemError } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useCommand } from '../parts/use-command.ts';

type Fields = Omit<PersonFieldsCommand, 'idempotencyKey'>;

const fieldsOf = (person: PersonRow | undefined, language: Fields['language']): Fields => ({
  name: person?.name ?? '',
  email: person?.email ?? '',
  phone: person?.phone ?? '',
  language: person?.language ?? language,
  roles: givenRoles.filter((role) => (person ? person.roles.includes(role) : role === 'planner')),
});

/** Adds a person, or changes one on the version that the reader saw. */
export const PersonForm = ({
  organisationId,
  person,
  onClose,
}: {
  organisationId: string;
  person?: PersonRow;
  onClose: () => void;
}) => {
  const words = useWords();
  const [fields, setFields] = useState(() => fieldsOf(person, words.language));
  const save = useCommand<PersonRow, Fields>(onClose);
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const target = person
      ? { path: peoplePaths.person(organisationId, person.personId), version: person.version }
      : { path: peoplePaths.people(organisationId) };
    save.mutate({ target, body: fields });
  };
  const text = (field: 'name' | 'email' | 'phone', type: string) => (
    <label>
      {words.t(`people.${field}`)}
      <input
        className="field"
        type={type}
        required={field !== 'phone'}
        value={fields[field]}
        onChange={(event) => change({ [field]: event.target.value })}
      />
    </label>
  );
  return (
    <form className="account-form" onSubmit={submit}>
      <h2>{person ? words.t('people.changeOf', { name: person.name }) : words.t('people.add')}</h2>
      {text('name', 'text')}
      {text('email', 'email')}
      {text('phone', 'tel')}
      <label>
        {words.t('people.language')}
        <select
          className="field"
          value={fields.language}
          onChange={({ target }) =>
            change({ language: languages.find((one) => one === target.value) ?? fields.language })
          }
        >
          {languages.map((language) => (
            <option key={language} value={language}>
              {words.t(`people.language.${language}`)}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>{words.t('people.roles')}</legend>
        {givenRoles.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={fields.roles.includes(role)}
              onChange={({ target }) =>
                change({
                  roles: givenRoles.filter((one) => (one === role ? target.checked : fields.roles.includes(one))),
                })
              }
            />
            {words.t(`people.role.${role}`)}
          </label>
        ))}
      </fieldset>
      {save.error && <SaveProblem error={save.error} />}
      <span className="account-acts">
        <button type="submit" className="button primary" disabled={save.isPending}>
          {words.t('people.save')}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.t('people.cancel')}
        </button>
      </span>
    </form>
  );
};

const SaveProblem = ({ error }: { error: ProblemError }) => {
  const words = useWords();
  if (error.problem.faults.some(({ code }) => code === 'taken')) return <p role="alert">{words.t('people.taken')}</p>;
  if (error.problem.code === 'CONFLICT') return <p role="alert">{words.t('people.lastAdmin')}</p>;
  return <ProblemNotice error={error} command />;
};
