import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { RecoveryCodes, SecondFactorBegun, SecondFactorView } from '@kuluma/shared/model/views/people.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { renderSVG } from 'uqr';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';

const imageOf = (text: string): string => `data:image/svg+xml,${encodeURIComponent(renderSVG(text, { border: 2 }))}`;

/** Codes of an authenticator app, which are asked for before rights and keys are given: set up, or ended. */
export const SecondStep = () => {
  const words = useWords();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries();
  const factor = useView<SecondFactorView>(peoplePaths.secondFactor());
  const begin = useMutation<SecondFactorBegun, ProblemError>({
    mutationFn: () => postJson<SecondFactorBegun>(peoplePaths.secondFactor(), {}),
  });
  const confirm = useMutation<RecoveryCodes, ProblemError, string>({
    mutationFn: (code) => postJson<RecoveryCodes>(peoplePaths.confirmSecondFactor(), { code }),
    onSuccess: () => begin.reset(),
    onSettled,
  });
  const end = useMutation<SecondFactorView, ProblemError>({
    mutationFn: () => postJson<SecondFactorView>(peoplePaths.endSecondFactor(), {}),
    onSuccess: () => confirm.reset(),
    onSettled,
  });
  const view = factor.data;
  const refused = begin.error ?? end.error;
  return (
    <section className="account-part" id="second-step">
      <h2>{words.t('factor.title')}</h2>
      <p className="soft">{words.t('factor.why')}</p>
      {factor.error && <ProblemNotice error={factor.error} onRetry={() => void factor.refetch()} />}
      {view?.isMissing && <p role="status">{words.t('factor.missing')}</p>}
      {refused && <ProblemNotice error={refused} command />}
      {confirm.data && <Recovery codes={confirm.data.codes} />}
      {begin.data && (
        <SetUp begun={begin.data} isPending={confirm.isPending} onCode={confirm.mutate} isWrong={confirm.isError} />
      )}
      {view?.hasCodes && <p>{words.t('factor.on', { left: view.recoveryLeft })}</p>}
      {view && !begin.data && (
        <button type="button" className="button" disabled={begin.isPending} onClick={() => begin.mutate()}>
          {words.t(view.hasCodes ? 'factor.anew' : 'factor.begin')}
        </button>
      )}
      {view?.hasCodes && (
        <button type="button" className="button" disabled={end.isPending} onClick={() => end.mutate()}>
          {words.t('factor.end')}
        </button>
      )}
    </section>
  );
};

const SetUp = ({
  begun: { secret, address },
  isPending,
  isWrong,
  onCode,
}: {
  begun: SecondFactorBegun;
  isPending: boolean;
  isWrong: boolean;
  onCode: (code: string) => void;
}) => {
  const words = useWords();
  const id = useId();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCode(code.trim());
  };
  return (
    <form className="account-part" onSubmit={submit}>
      <p>{words.t('factor.scan')}</p>
      <img className="account-code" src={imageOf(address)} alt={words.t('factor.scanAlt')} width={200} height={200} />
      <p>
        {words.t('factor.secret')} <code className="account-link">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <label htmlFor={id}>{words.t('factor.first')}</label>
      <input
        id={id}
        className="field"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        minLength={6}
        maxLength={7}
        value={code}
        onChange={({ target }) => setCode(target.value)}
      />
      {isWrong && <p role="alert">{words.t('factor.wrong')}</p>}
      <button type="submit" className="button primary" disabled={isPending}>
        {words.t('factor.turnOn')}
      </button>
    </form>
  );
};

const Recovery = ({ codes }: { codes: readonly string[] }) => {
  const words = useWords();
  return (
    <div role="status">
      <p>{words.t('factor.recovery')}</p>
      <ul className="account-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
};
