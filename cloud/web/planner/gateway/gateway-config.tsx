import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { ConfigCheckView, GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import type { GatewayConfigView } from '@kuluma/shared/model/views/status.ts';
import { Button, Group, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { type ProblemError, postJson } from '../../parts/api-client.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { liveMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { CheckResult, ConfigDifference } from './config-check.tsx';
import { ConfigHistory } from './config-history.tsx';

/** So many revisions are shown, and so many more when somebody asks. */
const atOnce = 20;

/** What can be set on a gateway from here: seen, changed, checked, sent, and what became of it. */
export const GatewayConfig = ({ gateway }: { gateway: GatewayDetailView }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const path = apiPaths.gatewayConfigs(organisationId, gateway.gatewayId);
  const waits = gateway.config?.state === 'sent';
  const [most, setMost] = useState(atOnce);
  const configs = useView<GatewayConfigView[]>(path, {
    query: { limit: String(most) },
    ...(waits ? { everyMs: liveMs } : {}),
  });
  const view = configs.data;
  return (
    <section aria-labelledby="gateway-config" className="gateway-config">
      <h2 id="gateway-config">{words.t('gateway.config')}</h2>
      <p className="soft">{words.t('gateway.config.what')}</p>
      <ViewProblem view={configs} />
      {view && <Editor gateway={gateway} path={path} configs={view} />}
      {view && view.length >= most && (
        <Button loading={configs.isPlaceholderData} onClick={() => setMost(most + atOnce)}>
          {words.t('gateway.config.more')}
        </Button>
      )}
    </section>
  );
};

/** The revision that runs; without one the gateway runs its own file. */
const runningOf = ({ agent }: GatewayDetailView, configs: readonly GatewayConfigView[]) =>
  agent ? configs.find(({ revision }) => revision === agent.running) : configs.find(({ state }) => state === 'applied');

const Editor = ({
  gateway,
  path,
  configs,
}: {
  gateway: GatewayDetailView;
  path: string;
  configs: readonly GatewayConfigView[];
}) => {
  const words = useWords();
  const { organisationId } = useReader();
  const running = runningOf(gateway, configs);
  const [base, setBase] = useState(running);
  const [text, setText] = useState(running?.yaml ?? gateway.firstConfig);
  const [sent, setSent] = useState<number | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const isDirty = text !== (base?.yaml ?? gateway.firstConfig) && sent === null;
  const check = useMutation<ConfigCheckView, ProblemError, string>({
    mutationFn: (yaml) => postJson(apiPaths.gatewayConfigCheck(organisationId, gateway.gatewayId), { yaml }),
  });
  const send = useCommand<GatewayConfigView, { yaml: string }>(({ revision }) => setSent(revision));
  useBlocker({
    shouldBlockFn: () => isDirty && !window.confirm(words.t('gateway.config.leave')),
    enableBeforeUnload: isDirty,
    disabled: !isDirty,
  });
  const write = (next: string) => {
    setText(next);
    setSent(null);
    check.reset();
    send.reset();
  };
  const take = (config: GatewayConfigView) => {
    setBase(config);
    write(config.yaml);
    field.current?.focus();
  };
  const maySend = check.data?.faults.length === 0 && sent === null;
  return (
    <>
      <Textarea
        ref={field}
        label={words.t('gateway.config.text')}
        description={
          base
            ? words.t('gateway.config.fromRunning', { revision: base.revision })
            : words.t('gateway.config.fromNothing')
        }
        classNames={{ input: 'gateway-config-text' }}
        rows={Math.min(28, Math.max(8, text.split('\n').length))}
        spellCheck={false}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {check.data && <CheckResult check={check.data} />}
      {maySend && running && <ConfigDifference before={running.yaml} after={text} />}
      {check.error && <ProblemNotice error={check.error} />}
      {send.error && <ProblemNotice error={send.error} command />}
      {sent !== null && <p role="status">{words.t('gateway.config.sent', { revision: sent })}</p>}
      <Group>
        <Button loading={check.isPending} disabled={text.trim() === ''} onClick={() => check.mutate(text)}>
          {words.t('gateway.config.check')}
        </Button>
        {maySend && (
          <Button
            variant="filled"
            loading={send.isPending}
            disabled={text === running?.yaml}
            onClick={() => send.mutate({ target: { path }, body: { yaml: text } })}
          >
            {words.t('gateway.config.send')}
          </Button>
        )}
      </Group>
      <h3 id="config-history">{words.t('gateway.config.history')}</h3>
      {configs.length === 0 ? (
        <p className="soft">{words.t('gateway.config.none')}</p>
      ) : (
        <ConfigHistory
          configs={configs}
          running={gateway.agent?.running ?? null}
          timeZone={gateway.timeZone}
          onTake={take}
        />
      )}
    </>
  );
};
