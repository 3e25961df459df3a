import './status-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import { useWords } from '../parts/language.tsx';
import { calmMs, useView } from '../parts/queries.ts';
import { useReader } from '../parts/signed-in.tsx';
import { GatewayTable } from './gateway-table.tsx';
import { JobTable } from './job-table.tsx';
import { RefusalList } from './refusal-list.tsx';
import { ViewProblem } from './shell/view-problem.tsx';
import { faultCounts } from './status-counts.ts';

/** Is the machinery behind the pages well: who sends, who was refused, what runs by itself, what was stored. */
export const StatusPlace = () => {
  const me = useReader();
  const words = useWords();
  const status = useView<StatusView>(apiPaths.status(me.organisationId), { everyMs: calmMs });
  const view = status.data;
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.status')}</h1>
        {view && view.gateways.length > 0 && <p className="soft">{words.t('status.summary', faultCounts(view))}</p>}
      </div>
      <ViewProblem view={status} />
      {status.isPending && <div className="skeleton status-skeleton" />}
      {view && (
        <div className="status">
          <section aria-labelledby="status-gateways">
            <h2 id="status-gateways">{words.t('status.gateways')}</h2>
            {view.gateways.length > 0 ? (
              <GatewayTable gateways={view.gateways} timeZone={me.timeZone} />
            ) : (
              <p className="soft">{words.t('status.noGateways')}</p>
            )}
          </section>
          {view.refusals.length > 0 && (
            <section aria-labelledby="status-strangers">
              <h2 id="status-strangers">{words.t('status.strangers')}</h2>
              <p>{words.t('status.strangersTodo')}</p>
              <RefusalList refusals={view.refusals} timeZone={me.timeZone} />
            </section>
          )}
          <section aria-labelledby="status-jobs">
            <h2 id="status-jobs">{words.t('status.jobs')}</h2>
            {view.jobs.length > 0 ? (
              <JobTable jobs={view.jobs} timeZone={me.timeZone} />
            ) : (
              <p className="soft">{words.t('status.noJobs')}</p>
            )}
          </section>
          <section aria-labelledby="status-data">
            <h2 id="status-data">{words.t('status.data')}</h2>
            <dl className="status-data">
              {(['samplesStored', 'batchesStored', 'duplicates'] as const).map((count) => (
                <div key={count}>
                  <dt className="soft">{words.t(`status.${count}`)}</dt>
                  <dd>{words.number(view[count])}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      )}
    </>
  );
};
