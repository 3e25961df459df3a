import type { GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { ageText } from './age-text.ts';

type Agent = NonNullable<GatewayDetailView['agent']>;

const waitingLines = (words: Words, { queues }: Agent): string[] => {
  const waiting = queues.filter(({ records }) => records > 0);
  return waiting.length === 0
    ? [words.t('gateway.waitingNothing')]
    : waiting.map(({ class: name, records, lagMs }) =>
        words.t('gateway.waitingOf', { class: words.t(`gateway.class.${name}`), records, age: ageText(words, lagMs) }),
      );
};

const clockText = (words: Words, { clock: { state, aheadMs } }: Agent): string =>
  words.t(`gateway.clock.${state}`, { ahead: ageText(words, Math.abs(aheadMs)) });

/** What the agent says of itself: what waits, what was lost, its clock, its scans, its version. */
export const AgentFacts = ({ agent }: { agent: Agent }) => {
  const words = useWords();
  const { scanLateness, version, starts, lost } = agent;
  const facts: readonly (readonly [string, readonly string[]])[] = [
    [words.t('gateway.waiting'), waitingLines(words, agent)],
    [
      words.t('gateway.lost'),
      lost.length === 0
        ? [words.t('gateway.waitingNothing')]
        : lost.map(({ reason, samples }) =>
            words.t('gateway.lostOf', { reason: words.t(`gateway.gap.${reason}`), count: samples }),
          ),
    ],
    [words.t('gateway.clock'), [clockText(words, agent)]],
    [
      words.t('gateway.lateness'),
      [
        words.t('gateway.latenessOf', {
          half: ageText(words, scanLateness.p50Ms),
          most: ageText(words, scanLateness.p99Ms),
        }),
      ],
    ],
    [words.t('gateway.version'), [words.t('gateway.versionOf', { version, starts })]],
  ];
  return (
    <dl className="gateway-facts">
      {facts.map(([name, lines]) => (
        <div key={name}>
          <dt className="soft">{name}</dt>
          {lines.map((line) => (
            <dd key={line}>{line}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
};
