import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { CalendarFeedMade, CalendarFeedView } from '@kuluma/shared/model/views/people.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';

/** A technician's visits in their own calendar: the secret address is shown once, and ended here. */
export const CalendarFeed = ({ timeZone }: { timeZone: string }) => {
  const words = useWords();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries();
  const feed = useView<CalendarFeedView>(peoplePaths.calendarFeed());
  const make = useMutation<CalendarFeedMade, ProblemError>({
    mutationFn: () => postJson<CalendarFeedMade>(peoplePaths.calendarFeed(), {}),
    onSettled,
  });
  const end = useMutation<CalendarFeedView, ProblemError>({
    mutationFn: () => postJson<CalendarFeedView>(peoplePaths.endCalendarFeed(), {}),
    onSettled,
    onSuccess: () => make.reset(),
  });
  const madeAt = feed.data?.madeAt;
  const refused = make.error ?? end.error;
  return (
    <section className="account-part">
      <h2>{words.t('account.calendar')}</h2>
      <p className="soft">{words.t('account.calendarWhy')}</p>
      {feed.error && <ProblemNotice error={feed.error} onRetry={() => void feed.refetch()} />}
      {refused && <ProblemNotice error={refused} command />}
      {make.data && (
        <label className="account-address">
          {words.t('account.calendarOnce')}
          <input
            className="field"
            readOnly
            value={`${window.location.origin}${make.data.path}`}
            onFocus={({ target }) => target.select()}
          />
        </label>
      )}
      {madeAt && <p>{words.t('account.calendarSince', { at: words.date(Date.parse(madeAt), timeZone) })}</p>}
      <button type="button" className="button" disabled={make.isPending} onClick={() => make.mutate()}>
        {words.t(madeAt ? 'account.calendarAnew' : 'account.calendarMake')}
      </button>
      {madeAt && (
        <button type="button" className="button" disabled={end.isPending} onClick={() => end.mutate()}>
          {words.t('account.calendarEnd')}
        </button>
      )}
    </section>
  );
};
