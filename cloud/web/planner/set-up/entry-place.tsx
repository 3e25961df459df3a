import './known-form.css';
import './set-up.css';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpDone, SetUpEntryView } from '@kuluma/shared/model/views/set-up.ts';
import { IconAlertCircle, IconArrowLeft } from '@tabler/icons-react';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage, useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { NotFoundPlace } from '../shell/not-found-place.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { ChangeList } from './change-list.tsx';
import { newDraft } from './draft.ts';
import { EndOfUse } from './end-of-use.tsx';
import { EnrolmentCode } from './enrolment-code.tsx';
import { EntryForm } from './entry-form.tsx';
import { kindOf } from './kind-place.tsx';
import { Related } from './related.tsx';
import { NewToken, TokenCard } from './token-card.tsx';

const UpLink = ({ kind, machineId }: { kind: SetUpKind; machineId: string | null }) => {
  const words = useWords();
  const up = machineId ? ({ kind: 'machines', id: machineId } as const) : null;
  return (
    <Link
      className="set-up-back"
      {...(up ? { to: '/set-up/$kind/$id', params: up } : { to: '/set-up/$kind', params: { kind } })}
    >
      <IconArrowLeft size={16} aria-hidden="true" />
      {words.t(up ? 'setUp.toMachine' : `setUp.kind.${kind}`)}
    </Link>
  );
};

/** A new thing. */
export const NewEntryPlace = () => {
  const words = useWords();
  const { language } = useLanguage().words;
  const navigate = useNavigate();
  const { timeZone } = useReader();
  const { kind: named, of } = useParams({ strict: false });
  const kind = kindOf(named);
  const [issued, setIssued] = useState<SetUpDone | null>(null);
  if (!kind) return <NotFoundPlace />;
  const open = (id: string) => void navigate({ to: '/set-up/$kind/$id', params: { kind, id } });
  return (
    <div className="set-up">
      <UpLink kind={kind} machineId={kind === 'points' ? (of ?? null) : null} />
      <div className="place-head">
        <h1>{words.t(`setUp.new.${kind}`)}</h1>
      </div>
      {issued ? (
        <TokenCard done={issued} onKept={() => open(issued.id)} />
      ) : (
        <EntryForm
          kind={kind}
          known={null}
          start={newDraft(kind, of ?? null, { timeZone, language })}
          onSaved={(done) => (done.token ? setIssued(done) : open(done.id))}
        />
      )}
    </div>
  );
};

/** One thing: its form, what it lacks, what belongs to it, and who changed it. */
export const EntryPlace = () => {
  const { kind: named, id = '' } = useParams({ strict: false });
  const kind = kindOf(named);
  return kind ? <Entry key={`${kind} ${id}`} kind={kind} id={id} /> : <NotFoundPlace />;
};

const Entry = ({ kind, id }: { kind: SetUpKind; id: string }) => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const entry = useView<SetUpEntryView>(setUpPaths.entry(organisationId, kind, id));
  const [issued, setIssued] = useState<SetUpDone | null>(null);
  const view = entry.data;
  const machineId = view && 'machineId' in view.entry ? view.entry.machineId : null;
  return (
    <div className="set-up">
      <UpLink kind={kind} machineId={machineId} />
      <div className="place-head">
        <h1>
          {view
            ? kind === 'points'
              ? words.coded('point', view.name, view.name)
              : view.name
            : words.t(`setUp.kind.${kind}`)}
        </h1>
        {view?.endedAt && (
          <p className="soft">{words.t('setUp.endedOn', { day: words.date(Date.parse(view.endedAt), timeZone) })}</p>
        )}
      </div>
      <ViewProblem view={entry} />
      {entry.isPending && <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />}
      {view && (
        <div className="set-up-entry">
          <div>
            {issued && <TokenCard done={issued} onKept={() => setIssued(null)} />}
            <EntryForm kind={kind} known={view} start={view.entry} />
          </div>
          <aside className="set-up-aside">
            {view.missing.length > 0 && (
              <section aria-labelledby="entry-lacks">
                <h2 id="entry-lacks">{words.t('setUp.column.lacks')}</h2>
                <ul>
                  {view.missing.map((code) => (
                    <li key={code} className="set-up-lack">
                      <IconAlertCircle size={16} aria-hidden="true" />
                      {words.t(`setUp.lacks.${code}`)}
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <Related kind={kind} id={id} />
            {kind === 'gateways' && !view.endedAt && <EnrolmentCode gatewayId={id} />}
            {kind === 'gateways' && !view.endedAt && <NewToken view={view} onIssued={setIssued} />}
            <ChangeList view={view} />
            {kind !== 'stock' && <EndOfUse view={view} />}
          </aside>
        </div>
      )}
    </div>
  );
};
