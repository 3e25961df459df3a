import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { EnrolmentView } from '@kuluma/shared/model/views/enrolment.ts';
import { Button, Group } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';

/** What is typed on the gateway. */
const commandOf = (code: string): string => `kuluma-edge enrol --service ${location.origin} --code ${code}`;

/** A code by which a gateway fetches a token that nobody sees; told once. */
export const EnrolmentCode = ({ gatewayId }: { gatewayId: string }) => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const command = useCommand<EnrolmentView, object>();
  const issued = command.data;
  const code = issued?.code ?? null;
  return (
    <section className="set-up-end" aria-labelledby="enrolment">
      <h2 id="enrolment">{words.t('setUp.enrolment')}</h2>
      <p className="small soft">{words.t('setUp.enrolment.what')}</p>
      {issued && code !== null && (
        <div role="status">
          <output className="set-up-secret">{commandOf(code)}</output>
          <p className="small">
            {words.t('setUp.enrolment.until', { at: momentText(words, issued.expiresAt, timeZone) })}
          </p>
        </div>
      )}
      {issued && code === null && <p role="status">{words.t('setUp.enrolment.told')}</p>}
      <Group>
        {code !== null && (
          <Button onClick={() => void navigator.clipboard.writeText(commandOf(code))}>
            {words.t('setUp.enrolment.copy')}
          </Button>
        )}
        <Button
          loading={command.isPending}
          onClick={() =>
            command.mutate({ target: { path: setUpPaths.enrolment(organisationId, gatewayId) }, body: {} })
          }
        >
          {words.t(issued ? 'setUp.enrolment.another' : 'setUp.enrolment.make')}
        </Button>
      </Group>
      {command.error && <ProblemNotice error={command.error} command />}
    </section>
  );
};
