import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import type { PushView } from '@kuluma/shared/model/views/push.ts';
import { IconBell } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ProblemError } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';
import { beginNotices, endNotices, type NoticeState, noticeState } from './offline/day-notices.ts';

/** Whether this phone tells when the day changes, and the way to have it so; nothing where the service tells nobody. */
export const DayNotices = () => {
  const words = useWords();
  const queries = useQueryClient();
  const publicKey = useView<PushView>(peoplePaths.push()).data?.publicKey ?? null;
  const queryKey = ['day-notices', publicKey];
  const state = useQuery<NoticeState, ProblemError>({
    queryKey,
    queryFn: () => noticeState(publicKey ?? ''),
    enabled: publicKey !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const change = useMutation<NoticeState, Error, 'begin' | 'end'>({
    mutationFn: (what) => (what === 'begin' ? beginNotices(publicKey ?? '') : endNotices()),
    onSuccess: (now) => queries.setQueryData(queryKey, now),
  });
  if (publicKey === null || !state.data) return null;
  const offers = { off: 'begin', on: 'end', denied: null, unsupported: null } as const;
  const next = offers[state.data];
  return (
    <section className="day-notices">
      <p role="status">
        <IconBell size={20} aria-hidden="true" />
        {words.t(`notices.${state.data}`)}
      </p>
      {next && (
        <button type="button" className="button" disabled={change.isPending} onClick={() => change.mutate(next)}>
          {words.t(`notices.${next}`)}
        </button>
      )}
      {change.error instanceof ProblemError && <ProblemNotice error={change.error} />}
      {change.error && !(change.error instanceof ProblemError) && <p role="alert">{words.t('notices.failed')}</p>}
    </section>
  );
};
