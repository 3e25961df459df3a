import './token-card.css';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpDone, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button, Group } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';

/** Gives the reader a text as a file on their own disk. */
export const saveFile = (name: string, text: string, type = 'application/yaml'): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};

/** A gateway's token, which nobody is told a second time, with the file to begin its configuration with. */
export const TokenCard = ({ done, onKept }: { done: SetUpDone; onKept: () => void }) => {
  const words = useWords();
  const { token = '', gatewayFile = '' } = done;
  return (
    <section className="set-up-token" aria-labelledby="token-title">
      <h2 id="token-title">{words.t('setUp.token')}</h2>
      <p>{words.t('setUp.token.once')}</p>
      <output className="set-up-secret">{token}</output>
      <p className="small soft">{words.t('setUp.token.file')}</p>
      <Group>
        <Button variant="filled" onClick={() => saveFile('gateway.yaml', gatewayFile)}>
          {words.t('setUp.token.download')}
        </Button>
        <Button onClick={() => void navigator.clipboard.writeText(token)}>{words.t('setUp.token.copy')}</Button>
        <Button onClick={onKept}>{words.t('setUp.token.kept')}</Button>
      </Group>
    </section>
  );
};

/** Gives a gateway another token: where it was lost, or was seen by someone. */
export const NewToken = ({ view, onIssued }: { view: SetUpEntryView; onIssued: (done: SetUpDone) => void }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const command = useCommand<SetUpDone, object>(onIssued);
  const { id, version } = view;
  return (
    <section className="set-up-end" aria-labelledby="new-token">
      <h2 id="new-token">{words.t('setUp.token.lost')}</h2>
      <p className="small soft">{words.t('setUp.token.lostWhat')}</p>
      <div>
        <Button
          loading={command.isPending}
          onClick={() => command.mutate({ target: { path: setUpPaths.token(organisationId, id), version }, body: {} })}
        >
          {words.t('setUp.token.new')}
        </Button>
      </div>
      {command.error && <ProblemNotice error={command.error} command />}
    </section>
  );
};
