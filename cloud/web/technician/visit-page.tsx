import './visit-page.css';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { arrivalText } from '@kuluma/shared/model/sentences.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import { IconArrowLeft, IconCircleCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useWords } from '../parts/language.tsx';
import { hrefOf } from '../parts/router.ts';
import { workSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { useFocusBack } from '../parts/use-focus-back.ts';
import { ZoneNote } from '../parts/zone-note.tsx';
import { AskPlanner } from './ask-planner.tsx';
import { DraftAside } from './draft-aside.tsx';
import { usePhoneState } from './offline/phone-provider.tsx';
import { RefusedAct } from './refused-act.tsx';
import { TwoStatements } from './two-statements.tsx';
import { VisitCases } from './visit-cases.tsx';
import { VisitDocuments } from './visit-documents.tsx';
import { MachineFacts, PartFacts, SiteFacts } from './visit-facts.tsx';
import { VisitSteps } from './visit-steps.tsx';

/** One visit: when, where, why, with what; then step by step what is done. */
export const VisitPage = ({ visit }: { visit: VisitView }) => {
  const words = useWords();
  const heading = useFocusBack(visit.state);
  // Newer browsers answer with a promise, which is nothing to leave by.
  useEffect(() => void window.scrollTo(0, 0), []);
  const zone = visit.machine.timeZone;
  const done = visit.state === 'done';
  const work = mergedWork(visit.work);
  const refused = usePhoneState().acts.find(({ visitId, refusal }) => visitId === visit.visitId && refusal !== null);
  return (
    <article className="visit">
      <header>
        <a className="visit-back" href={hrefOf()}>
          <IconArrowLeft size={20} aria-hidden="true" />
          {words.t('visit.back')}
        </a>
        <h1 ref={heading} tabIndex={-1}>
          <TagSentence text={workSentence(words, visit)} tag={visit.machine.tag} />
        </h1>
        <p className="visit-time">{arrivalText(words, visit.arrivalFromAt, visit.arrivalToAt, zone)}</p>
        <ZoneNote atMs={Date.parse(visit.arrivalFromAt)} timeZone={zone} />
      </header>
      {refused && <RefusedAct act={refused} version={visit.version} />}
      <TwoStatements visit={visit} work={work} />
      <VisitCases visit={visit} />
      {done ? (
        <>
          <p className="visit-done" role="status">
            <IconCircleCheck size={24} aria-hidden="true" />
            {words.t('visit.done')}
          </p>
          <SiteFacts visit={visit} />
          <MachineFacts visit={visit} />
          <PartFacts visit={visit} />
        </>
      ) : (
        visit.state !== 'cancelled' && (
          <>
            <DraftAside visitId={visit.visitId} />
            <VisitSteps visit={visit} work={work} />
            <VisitDocuments visit={visit} />
            <AskPlanner visit={visit} work={work} />
          </>
        )
      )}
    </article>
  );
};
