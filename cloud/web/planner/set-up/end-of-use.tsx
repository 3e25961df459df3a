import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpDone, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';

/** Takes something out of use, or back into it; what still counts on it is told first. */
export const EndOfUse = ({ view }: { view: SetUpEntryView }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [asked, setAsked] = useState(false);
  const command = useCommand<SetUpDone, object>(() => setAsked(false));
  const { kind, id, version, name, obstacles } = view;
  const act = (what: 'end' | 'resume') =>
    command.mutate({ target: { path: setUpPaths[what](organisationId, kind, id), version }, body: {} });
  if (view.endedAt)
    return (
      <section className="set-up-end">
        <p className="small soft">{words.t('setUp.resume.what')}</p>
        <div>
          <Button loading={command.isPending} onClick={() => act('resume')}>
            {words.t('setUp.resume')}
          </Button>
        </div>
        {command.error && <ProblemNotice error={command.error} command />}
      </section>
    );
  return (
    <section className="set-up-end">
      {obstacles.length > 0 ? (
        <>
          <h2>{words.t('setUp.end.notYet')}</h2>
          <ul className="small">
            {obstacles.map(({ code, count }) => (
              <li key={code}>{words.t(`setUp.obstacle.${code}`, { count })}</li>
            ))}
          </ul>
        </>
      ) : (
        <div>
          <Button color="critical" variant="outline" onClick={() => setAsked(true)}>
            {words.t('setUp.end')}
          </Button>
        </div>
      )}
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={words.t('setUp.end.ask', { name })}
        closeButtonProps={{ 'aria-label': words.t('cancel') }}
      >
        <p>{words.t('setUp.end.what')}</p>
        {command.error && <ProblemNotice error={command.error} command />}
        <Group justify="flex-end" mt="md">
          <Button onClick={() => setAsked(false)}>{words.t('cancel')}</Button>
          <Button color="critical" variant="filled" loading={command.isPending} onClick={() => act('end')}>
            {words.t('setUp.end')}
          </Button>
        </Group>
      </Modal>
    </section>
  );
};
