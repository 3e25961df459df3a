import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';

/** Asks for a sign-in link by e-mail. What it says then is the same for every address. */
export const AskLink = () => {
  const words = useWords();
  const [email, setEmail] = useState('');
  const { mutate, error, isSuccess, isPending, reset } = useMutation<null, ProblemError>({
    mutationFn: () => postJson<null>(peoplePaths.askLink(), { email: email.trim() }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  if (isSuccess)
    return (
      <>
        <p role="status">{words.t('door.sent')}</p>
        <button type="button" className="button" onClick={reset}>
          {words.t('door.another')}
        </button>
      </>
    );
  return (
    <form className="door-form" onSubmit={submit}>
      <h2>{words.t('door.ask')}</h2>
      <label>
        {words.t('door.email')}
        <input
          className="field"
          type="email"
          autoComplete="username webauthn"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <button type="submit" className="button primary" disabled={isPending}>
        {words.t('door.send')}
      </button>
      {error && <AskProblem error={error} />}
    </form>
  );
};

const AskProblem = ({ error }: { error: ProblemError }) => {
  const words = useWords();
  if (error.problem.code === 'MESSAGE_UNAVAILABLE') return <p role="alert">{words.t('door.noMail')}</p>;
  if (error.status === 429) return <p role="alert">{words.t('door.tooMany')}</p>;
  return <ProblemNotice error={error} />;
};
