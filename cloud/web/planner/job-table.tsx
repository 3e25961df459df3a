import { readableName } from '@kuluma/shared/model/sentences.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import { useWords } from '../parts/language.tsx';
import { momentText } from '../parts/sentences.ts';
import { StatusState } from './status-state.tsx';

type Job = StatusView['jobs'][number];

/** What the service does by itself, and how its last run ended. */
export const JobTable = ({ jobs, timeZone }: { jobs: readonly Job[]; timeZone: string }) => {
  const words = useWords();
  return (
    <table className="status-table status-jobs" aria-labelledby="status-jobs">
      <thead>
        <tr>
          <th scope="col">{words.t('status.state')}</th>
          <th scope="col">{words.t('status.job')}</th>
          <th scope="col">{words.t('status.lastRun')}</th>
          <th scope="col">{words.t('status.runs')}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.name}>
            <td>
              <JobState job={job} />
            </td>
            <th scope="row">
              {words.coded('job', job.name, readableName(job.name))}
              {job.lastError && (
                <span className="small soft status-detail">{words.t('status.jobError', { error: job.lastError })}</span>
              )}
            </th>
            <td data-label={words.t('status.lastRun')}>
              {job.lastStartAt ? momentText(words, job.lastStartAt, timeZone) : '–'}
            </td>
            <td data-label={words.t('status.runs')}>{words.number(job.runs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const JobState = ({ job }: { job: Job }) => {
  const words = useWords();
  if (job.lastOk === null) return <StatusState state="unknown" word={words.t('status.jobNever')} />;
  return job.lastOk ? (
    <StatusState state="good" word={words.t('status.jobOk')} />
  ) : (
    <StatusState state="critical" word={words.t('status.jobFailed')} />
  );
};
