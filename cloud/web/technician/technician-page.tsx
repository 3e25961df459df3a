import './technician-page.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { ClockFace } from '../parts/clock-face.tsx';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { liveMs, useView } from '../parts/queries.ts';
import { ReaderControls } from '../parts/reader-controls.tsx';
import { useRoute } from '../parts/router.ts';
import { DayList } from './day-list.tsx';
import { DayNotices } from './day-notices.tsx';
import { dayWithActs } from './offline/acts.ts';
import { usePhoneState } from './offline/phone-provider.tsx';
import type { FileKeeper } from './offline/shelf.ts';
import { useCasesAhead } from './past-cases.tsx';
import { SignOut } from './sign-out.tsx';
import { SyncState } from './sync-state.tsx';
import { DocumentShelf } from './visit-documents.tsx';
import { VisitPage } from './visit-page.tsx';

/** The technician's phone: my day, and one visit at a time. */
export const TechnicianPage = ({ me, keeper }: { me: MeView; keeper: FileKeeper }) => {
  const words = useWords();
  const [place, visitId] = useRoute();
  const day = useView<DayView>(apiPaths.day(me.organisationId), { everyMs: liveMs });
  const { acts } = usePhoneState();
  const shown = day.data && dayWithActs(day.data, acts);
  const visits = shown?.visits ?? [];
  useCasesAhead(visits);
  const visit = place === 'visits' ? visits.find((candidate) => candidate.visitId === visitId) : undefined;
  const isAway = day.fetchStatus === 'paused' || (day.error?.ambiguous ?? false);
  return (
    <div className="phone">
      <header className="phone-head">
        <ClockFace timeZone={day.data?.timeZone ?? me.timeZone} />
        <SyncState />
      </header>
      <main id="content">
        {isAway && day.data && (
          <p className="phone-offline" role="status">
            {words.t('phone.offline', { time: words.time(day.dataUpdatedAt, me.timeZone) })}
          </p>
        )}
        {day.error && !isAway && day.data && <ProblemNotice error={day.error} />}
        {day.error && !day.data && <ProblemNotice error={day.error} onRetry={() => void day.refetch()} />}
        {day.isPending && <div className="skeleton phone-skeleton" />}
        {shown && (
          <DocumentShelf keeper={keeper} visits={visits}>
            {visit ? (
              <VisitPage visit={visit} key={visit.visitId} />
            ) : (
              <DayList day={shown} gone={place === 'visits'} />
            )}
          </DocumentShelf>
        )}
      </main>
      {!visit && (
        <footer className="phone-foot">
          <DayNotices />
          <ReaderControls />
          <a className="button plain" href="/account/">
            {words.t('account.title')}
          </a>
          <SignOut />
        </footer>
      )}
    </div>
  );
};
