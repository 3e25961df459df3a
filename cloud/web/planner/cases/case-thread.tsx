import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { CaseView } from '@kuluma/shared/model/views/case.ts';
import { Button, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { CaseTitle } from './case-title.tsx';

/** Addresses and numbers that a click can use; anything else stands as it was written. */
const Way = ({ text }: { text: string }) => {
  if (/^\S+@\S+$/.test(text)) return <a href={`mailto:${text}`}>{text}</a>;
  if (/^\+?[\d\s()-]{5,}$/.test(text)) return <a href={`tel:${text.replace(/[^\d+]/g, '')}`}>{text}</a>;
  return <span>{text}</span>;
};

/** What came along with what was said, as large as the thread is wide; a click opens it whole. */
const CasePhoto = ({ path }: { path: string }) => {
  const words = useWords();
  return (
    <a href={path} target="_blank" rel="noreferrer">
      <img className="case-photo" src={path} alt={words.t('case.photo')} loading="lazy" />
    </a>
  );
};

/** One matter: who it is, what was said, an answer, the end. */
export const CaseThread = ({ view }: { view: CaseView }) => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const [text, setText] = useState('');
  const say = useCommand<CaseView, { text: string }>(() => setText(''));
  const close = useCommand<CaseView, object>();
  const { caseId, version, machine, personName, reachAt, messages, state, urgency } = view;
  const zone = machine?.timeZone ?? timeZone;
  const busy = say.isPending || close.isPending;
  const send = () => {
    const said = text.trim();
    if (said !== '' && !busy)
      say.mutate({ target: { path: apiPaths.caseMessages(organisationId, caseId) }, body: { text: said } });
  };
  return (
    <article className="case-thread">
      <header>
        <h2>
          <CaseTitle of={view} />
        </h2>
        <p className={urgency === 'stopped' ? 'case-stopped' : 'soft'}>{words.t(`caseUrgency.${urgency}`)}</p>
        <p className="case-ways">
          <span>{personName ?? words.t('case.unknownPerson')}</span>
          {reachAt.map((way) => (
            <Way key={way} text={way} />
          ))}
          {machine && (
            <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
              {words.t('case.machine', { machine: machine.tag })}
            </Link>
          )}
        </p>
      </header>
      <ol className="case-messages" aria-live="polite">
        {messages.map(({ voice, personName: name, text: said, at, photoId }) => (
          <li key={`${at} ${said}`} data-voice={voice}>
            <p className="small soft">
              <b>{name ?? words.t(`caseVoice.${voice}`)}</b> {momentText(words, at, zone)}
            </p>
            <p className="case-text">{said}</p>
            {photoId && <CasePhoto path={apiPaths.casePhoto(organisationId, caseId, photoId)} />}
          </li>
        ))}
      </ol>
      {say.error && <ProblemNotice error={say.error} command />}
      {close.error && <ProblemNotice error={close.error} command />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Textarea
          label={words.t('case.answer')}
          description={words.t('case.answerLanguage', { language: words.t(`case.language.${view.language}`) })}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maxLength={2000}
          rows={4}
        />
        <div className="case-acts">
          <Button type="submit" variant="filled" disabled={busy || text.trim() === ''}>
            {words.t('case.send')}
          </Button>
          {state === 'open' && (
            <Button
              disabled={busy}
              onClick={() =>
                close.mutate({ target: { path: apiPaths.caseClose(organisationId, caseId), version }, body: {} })
              }
            >
              {words.t('case.close')}
            </Button>
          )}
        </div>
      </form>
    </article>
  );
};
