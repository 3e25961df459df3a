import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { SecondFactorView } from '@kuluma/shared/model/views/people.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useId, useState } from 'react';
import { postJson } from './api-client.ts';
import { useWords } from './language.tsx';
import { hasPasskeys } from './passkey-support.ts';
import { showPasskey } from './show-passkey.ts';

/** The reader proves a second time who they are, by a code or a passkey, where the service asked for it. */
export const ConfirmFactor = () => {
  const words = useWords();
  const queries = useQueryClient();
  const id = useId();
  const [code, setCode] = useState('');
  const onSuccess = () => queries.invalidateQueries();
  const byCode = useMutation<SecondFactorView>({
    mutationFn: () => postJson<SecondFactorView>(peoplePaths.showSecondFactor(), { code: code.trim() }),
    onSuccess,
  });
  const byPasskey = useMutation<SecondFactorView>({
    mutationFn: () => showPasskey<SecondFactorView>(peoplePaths.showPasskey()),
    onSuccess,
  });
  if (byCode.data ?? byPasskey.data) return <p role="status">{words.t('factor.confirmed')}</p>;
  // No form of its own: it may stand in the one that was refused.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    byCode.mutate();
  };
  return (
    <div className="factor-form">
      <label htmlFor={id}>{words.t('factor.code')}</label>
      <span className="factor-row">
        <input
          id={id}
          className="field"
          autoComplete="one-time-code"
          maxLength={40}
          value={code}
          onChange={({ target }) => setCode(target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" className="button primary" disabled={byCode.isPending} onClick={() => byCode.mutate()}>
          {words.t('factor.confirm')}
        </button>
        {hasPasskeys() && (
          <button type="button" className="button" disabled={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            {words.t('factor.passkey')}
          </button>
        )}
      </span>
      {(byCode.error ?? byPasskey.error) && <p role="alert">{words.t('factor.wrong')}</p>}
    </div>
  );
};
