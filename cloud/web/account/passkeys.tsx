import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { PasskeyView } from '@kuluma/shared/model/views/people.ts';
import { startRegistration } from '@simplewebauthn/browser';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { hasPasskeys } from '../parts/passkey-support.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { deviceText } from './device-name.ts';

type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];

const makePasskey = async (): Promise<PasskeyView[]> => {
  const optionsJSON = await postJson<Options>(peoplePaths.passkeyOptions(), {});
  const { id, rawId, type, response } = await startRegistration({ optionsJSON });
  const { clientDataJSON, attestationObject, transports = [] } = response;
  const made = { id, rawId, type, clientExtensionResults: {} };
  return postJson<PasskeyView[]>(peoplePaths.passkeys(), {
    response: { ...made, response: { clientDataJSON, attestationObject, transports } },
  });
};

/** The reader's passkeys: one more, or one less. */
export const Passkeys = ({ timeZone }: { timeZone: string }) => {
  const words = useWords();
  const queries = useQueryClient();
  const passkeys = useView<PasskeyView[]>(peoplePaths.passkeys());
  const onSettled = () => queries.invalidateQueries();
  const add = useMutation<PasskeyView[]>({ mutationFn: makePasskey, onSettled });
  const remove = useMutation<PasskeyView[], Error, string>({
    mutationFn: (passkeyId) => postJson<PasskeyView[]>(peoplePaths.endPasskey(passkeyId), {}),
    onSettled,
  });
  const refused = [add.error, remove.error].find(
    (error) => error instanceof ProblemError && error.problem.code.startsWith('SECOND_FACTOR'),
  ) as ProblemError | undefined;
  const date = (iso: string) => words.date(Date.parse(iso), timeZone);
  return (
    <section className="account-part">
      <h2>{words.t('account.passkeys')}</h2>
      <p className="soft">{words.t('account.passkeysWhy')}</p>
      {passkeys.error && <ProblemNotice error={passkeys.error} onRetry={() => void passkeys.refetch()} />}
      {passkeys.data && passkeys.data.length > 0 && (
        <ul className="account-list">
          {passkeys.data.map(({ passkeyId, device, addedAt, usedAt }) => (
            <li key={passkeyId}>
              <span>
                <strong>{deviceText(words, device)}</strong>
                <span className="soft account-since">
                  {usedAt
                    ? words.t('account.passkeyUsed', { at: date(addedAt), used: date(usedAt) })
                    : words.t('account.passkeyAdded', { at: date(addedAt) })}
                </span>
              </span>
              <button
                type="button"
                className="button"
                disabled={remove.isPending}
                aria-label={`${words.t('account.removePasskey')}: ${deviceText(words, device)}, ${date(addedAt)}`}
                onClick={() => remove.mutate(passkeyId)}
              >
                {words.t('account.removePasskey')}
              </button>
            </li>
          ))}
        </ul>
      )}
      {hasPasskeys() && (
        <button type="button" className="button" disabled={add.isPending} onClick={() => add.mutate()}>
          {words.t('account.addPasskey')}
        </button>
      )}
      {refused && <ProblemNotice error={refused} command />}
      {!refused && (add.error ?? remove.error) && <p role="alert">{words.t('account.passkeyFailed')}</p>}
    </section>
  );
};
