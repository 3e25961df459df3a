import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ProblemError } from '../../parts/api-client.ts';
import { productNowMs } from '../../parts/clock.ts';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useClockView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';

/** As much of a query as a notice about it needs. */
interface AskedView {
  readonly data: unknown;
  readonly error: ProblemError | null;
  /** Of the last good answer, epoch ms of this device; 0 before the first. */
  readonly dataUpdatedAt: number;
  refetch(): unknown;
}

/** A view that could not be asked for: what is wrong, and of when what is still shown is. Nothing where all is well. */
export const ViewProblem = ({ view }: { view: AskedView }) =>
  view.error ? <Failed view={view} error={view.error} /> : null;

const Failed = ({ view, error }: { view: AskedView; error: ProblemError }) => {
  const words = useWords();
  const { timeZone } = useReader();
  const clock = useClockView().data;
  const keptMs = view.data !== undefined && clock && productNowMs(clock.view, clock.receivedAtMs, view.dataUpdatedAt);
  return (
    <ProblemNotice
      error={error}
      shownOf={keptMs ? momentText(words, isoOf(keptMs), timeZone) : undefined}
      onRetry={() => void view.refetch()}
    />
  );
};
