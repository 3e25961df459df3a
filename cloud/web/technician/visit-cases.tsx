import './visit-cases.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { CaseView } from '@kuluma/shared/model/views/case.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { useState } from 'react';
import { base64Of } from '../parts/base64.ts';
import { OpenFile } from '../parts/document-link.tsx';
import { useWords } from '../parts/language.tsx';
import { getFile } from '../parts/open-file.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { momentText } from '../parts/sentences.ts';
import { useReader } from '../parts/signed-in.tsx';
import { useCommand } from '../parts/use-command.ts';
import { PhotoTaker } from './photo-taker.tsx';
import { TextForm } from './text-form.tsx';

type Matter = NonNullable<VisitView['cases']>[number];

/** What the owner of the machine has told the company, and an answer to it; nothing where there is nothing. */
export const VisitCases = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const { cases = [] } = visit;
  if (cases.length === 0) return null;
  return (
    <section className="visit-cases">
      <h2>{words.t('visit.cases')}</h2>
      {cases.map((matter) => (
        <CaseThread key={matter.caseId} matter={matter} zone={visit.machine.timeZone} />
      ))}
    </section>
  );
};

/** What came along with what was said; it is fetched when somebody asks for it, and stays nowhere on the phone. */
const CasePhoto = ({ path }: { path: string }) => {
  const words = useWords();
  return (
    <OpenFile page={null} read={() => getFile(path)} look="button plain">
      {words.t('case.photo')}
    </OpenFile>
  );
};

const CaseThread = ({ matter, zone }: { matter: Matter; zone: string }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [isWriting, setWriting] = useState(false);
  const [photo, setPhoto] = useState<string | null>(null);
  const close = () => {
    setWriting(false);
    setPhoto(null);
  };
  const say = useCommand<CaseView, { text: string; photoBase64?: string }>(close);
  const take = async (jpeg: Blob): Promise<boolean> => {
    setPhoto(base64Of(new Uint8Array(await jpeg.arrayBuffer())));
    return true;
  };
  return (
    <>
      <ol className="visit-case">
        {matter.messages.map(({ voice, personName, text, at, photoId }) => (
          <li key={`${at} ${text}`}>
            <p className="small soft">
              <b>{personName ?? words.t(`caseVoice.${voice}`)}</b> {momentText(words, at, zone)}
            </p>
            <p className="visit-case-text">{text}</p>
            {photoId && <CasePhoto path={apiPaths.casePhoto(organisationId, matter.caseId, photoId)} />}
          </li>
        ))}
      </ol>
      {say.error && <ProblemNotice error={say.error} command />}
      {isWriting ? (
        <TextForm
          label={words.t('case.answer')}
          send={words.t('case.send')}
          onSend={(text) =>
            say.mutate({
              target: { path: apiPaths.caseMessages(organisationId, matter.caseId) },
              body: { text, ...(photo !== null && { photoBase64: photo }) },
            })
          }
          onCancel={close}
        >
          <p>{words.t('visit.casesOnline')}</p>
          {photo === null ? (
            <PhotoTaker onUse={take} />
          ) : (
            <>
              <img
                className="visit-case-photo"
                src={`data:image/jpeg;base64,${photo}`}
                alt={words.t('photo.one', { number: 1 })}
              />
              <button type="button" className="button plain" onClick={() => setPhoto(null)}>
                {words.t('photo.remove', { number: 1 })}
              </button>
            </>
          )}
        </TextForm>
      ) : (
        <button type="button" className="button" onClick={() => setWriting(true)}>
          {words.t('case.answer')}
        </button>
      )}
    </>
  );
};
