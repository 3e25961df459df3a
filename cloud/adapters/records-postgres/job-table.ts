import type { Id } from '@kuluma/shared/model/base.ts';
import type { ClaimedJob, JobError, JobFigures, JobOutcome, JobState, JobTable } from '../../job-ports.ts';
import type { Database, Query } from './database.ts';

const channel = 'kuluma_job';

type Row = Readonly<Record<string, unknown>>;

const claimedOf = (row: Row): ClaimedJob => ({
  id: String(row['id']),
  kind: String(row['kind']),
  name: String(row['name']),
  organisationId: row['organisation_id'] as Id<'organisation'>,
  input: row['input'],
  doer: String(row['doer']),
  attempt: Number(row['attempts']),
  mostAttempts: Number(row['most_attempts']),
  goesOn: row['goes_on'] === true,
});

const stateOf = (row: Row): JobState => ({
  state: row['state'] as JobState['state'],
  attempts: Number(row['attempts']),
  progress: row['progress'],
  result: row['result'],
  error: row['error'] as JobError | null,
});

/** Whoever began it for the last time is gone: asked to stop it is stopped, without attempts left it is dead. */
const settleLost = `update public.kuluma_job
  set state = case when is_stop_asked then 'stopped' else 'dead' end, ended_at = clock_timestamp(), input = null,
    error = case when is_stop_asked then null else $2::jsonb end
  where kind = $1 and state = 'doing' and held_until < clock_timestamp() and (attempts >= most_attempts or is_stop_asked)`;

const lostError: JobError = {
  ...{ code: 'INTERNAL', message: 'every process that began it ended or hung before it was done', faults: [] },
  hint: 'see their logs and memory',
};

/** One that two want at once goes to one of them, and the other gets the next. */
const claimNext = `with next as (
    select id from public.kuluma_job
    where kind = $1 and ((state = 'waiting' and due_at <= clock_timestamp()) or
      (state = 'doing' and held_until < clock_timestamp() and attempts < most_attempts and not is_stop_asked))
    order by due_at, entered_at limit 1 for update skip locked)
  update public.kuluma_job job
  set state = 'doing', doer = $2, attempts = attempts + 1, held_until = clock_timestamp() + make_interval(secs => $3)
  from next where job.id = next.id
  returning job.id, kind, name, organisation_id, input, doer, attempts, most_attempts, attempts = 1 and $2 = (
    select last.doer from public.kuluma_job last where last.name = job.name and last.ended_at is not null
    order by last.ended_at desc limit 1) as goes_on`;

const holdOn = `update public.kuluma_job
  set held_until = clock_timestamp() + make_interval(secs => $4), progress = coalesce($5::jsonb, progress)
  where id = $1 and doer = $2 and attempts = $3 and state = 'doing' returning is_stop_asked`;

const ended = `update public.kuluma_job
  set state = $4, result = $5::jsonb, error = $6::jsonb, ended_at = clock_timestamp(), input = null
  where id = $1 and doer = $2 and attempts = $3 and state = 'doing'`;

/** A job that comes back later, unless somebody asked for its end. `$4` seconds; `$5` attempts are not counted. */
const comesBack = `update public.kuluma_job
  set state = case when is_stop_asked then 'stopped' else 'waiting' end, attempts = attempts - $5::integer,
    ended_at = case when is_stop_asked then clock_timestamp() end,
    input = case when is_stop_asked then null else input end,
    due_at = clock_timestamp() + make_interval(secs => $4), held_until = null, error = $6::jsonb
  where id = $1 and doer = $2 and attempts = $3 and state = 'doing'`;

const askToStop = `update public.kuluma_job
  set is_stop_asked = true, state = case state when 'waiting' then 'stopped' else state end,
    ended_at = case state when 'waiting' then clock_timestamp() end,
    input = case state when 'waiting' then null else input end
  where name = $1 and state in ('waiting', 'doing')`;

const counted = `select kind, count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'doing') as doing, count(*) filter (where state = 'dead') as dead,
    coalesce(max(extract(epoch from clock_timestamp() - due_at)) filter (where state = 'waiting'), 0) as oldest_s
  from public.kuluma_job where state in ('waiting', 'doing', 'dead') group by kind order by kind`;

const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** @param told tells all processes, this one too, that something changed */
const createWrites = (query: Query, told: () => Promise<void>): Omit<JobTable, 'watch'> => {
  const keyOf = ({ id, doer, attempt }: ClaimedJob): unknown[] => [id, doer, attempt];
  const outcomes = {
    done: (job: ClaimedJob, { result }: JobOutcome & { state: 'done' }) =>
      query(ended, [...keyOf(job), 'done', asJson(result), null]),
    stopped: (job: ClaimedJob) => query(ended, [...keyOf(job), 'stopped', null, null]),
    failed: (job: ClaimedJob, { error, againInMs }: JobOutcome & { state: 'failed' }) =>
      againInMs === null
        ? query(ended, [...keyOf(job), 'dead', null, asJson(error)])
        : query(comesBack, [...keyOf(job), againInMs / 1000, 0, asJson(error)]),
    givenBack: (job: ClaimedJob) => query(comesBack, [...keyOf(job), 0, 1, null]),
  };
  const write = (job: ClaimedJob, outcome: JobOutcome) => {
    switch (outcome.state) {
      case 'done':
        return outcomes.done(job, outcome);
      case 'failed':
        return outcomes.failed(job, outcome);
      case 'stopped':
      case 'givenBack':
        return outcomes[outcome.state](job);
    }
  };
  return {
    async enter({ kind, name, organisationId, input, mostAttempts }) {
      for (;;) {
        const { rows } = await query(
          `insert into public.kuluma_job (kind, name, organisation_id, input, most_attempts)
            values ($1, $2, $3, $4::jsonb, $5)
            on conflict (name) where state in ('waiting', 'doing') do nothing returning id`,
          [kind, name, organisationId, asJson(input), mostAttempts],
        );
        const entered = rows[0]?.['id'];
        if (entered !== undefined) {
          await told();
          return { id: String(entered), isNew: true };
        }
        const sql = "select id from public.kuluma_job where name = $1 and state in ('waiting', 'doing')";
        const there = (await query(sql, [name])).rows[0]?.['id'];
        // It may have ended in between.
        if (there !== undefined) return { id: String(there), isNew: false };
      }
    },
    async claim(kind, doer, forMs) {
      const { affected } = await query(settleLost, [kind, asJson(lostError)]);
      if (affected > 0) await told();
      const { rows } = await query(claimNext, [kind, doer, forMs / 1000]);
      return rows[0] && claimedOf(rows[0]);
    },
    async hold(job, forMs, progress) {
      const { rows } = await query(holdOn, [...keyOf(job), forMs / 1000, asJson(progress)]);
      if (!rows[0]) return 'lost';
      return rows[0]['is_stop_asked'] === true ? 'stop' : 'held';
    },
    async end(job, outcome) {
      const { affected } = await write(job, outcome);
      await told();
      return affected > 0;
    },
    async stop(name) {
      if ((await query(askToStop, [name])).affected > 0) await told();
    },
    async read(id) {
      const sql = 'select state, attempts, progress, result, error from public.kuluma_job where id = $1';
      const row = (await query(sql, [id])).rows[0];
      return row && stateOf(row);
    },
    async figures() {
      return (await query(counted, [])).rows.map(
        (row): JobFigures => ({
          kind: String(row['kind']),
          waiting: Number(row['waiting']),
          doing: Number(row['doing']),
          dead: Number(row['dead']),
          oldestMs: Math.max(0, 1000 * Number(row['oldest_s'])),
        }),
      );
    },
    async forget(endedMs, deadMs) {
      const sql = `delete from public.kuluma_job where ended_at < clock_timestamp() -
        make_interval(secs => case state when 'dead' then $2::double precision else $1::double precision end)`;
      return (await query(sql, [endedMs / 1000, deadMs / 1000])).affected;
    },
  };
};

/** Jobs in a table of the database. Processes on one server tell each other by `NOTIFY` when to look. */
export const createJobTable = (database: Database, query: Query): JobTable & { listen(): void } => {
  const listeners = new Set<() => void>();
  const hear = (): void => {
    for (const listener of listeners) listener();
  };
  const told = async (): Promise<void> => {
    if (database.listen) await query('select pg_notify($1, $2)', [channel, '']);
    else hear();
  };
  return {
    ...createWrites(query, told),
    listen: () => database.listen?.(channel, hear),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
