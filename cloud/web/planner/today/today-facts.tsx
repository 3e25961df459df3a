import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { IconBellRinging, IconClockPlay } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';

const runText = (words: Words, run: TodayView['run'], timeZone: string): string => {
  if (!run?.lastAt) return words.t('today.runNever');
  const at = momentText(words, run.lastAt, timeZone);
  if (run.lastOk === null) return words.t('today.runGoing', { at });
  return words.t(run.lastOk ? 'today.runOk' : 'today.runFailed', { at });
};

/** How much more may be asked of people this week, and how fresh all of this is. */
export const TodayFacts = ({ view, timeZone }: { view: TodayView; timeZone: string }) => {
  const words = useWords();
  const { alertBudget, run } = view;
  return (
    <div className="today-facts small soft">
      <p>
        <IconBellRinging size={16} aria-hidden="true" />
        {alertBudget
          ? words.t('today.budget', {
              used: alertBudget.used,
              most: alertBudget.most,
              left: Math.max(0, alertBudget.most - alertBudget.used),
            })
          : words.t('today.budgetNone')}{' '}
        {alertBudget !== null &&
          alertBudget.waiting > 0 &&
          words.t('today.budgetWaiting', { count: alertBudget.waiting })}
      </p>
      <p>
        <IconClockPlay size={16} aria-hidden="true" />
        {runText(words, run, timeZone)}{' '}
        {run?.nextAt && words.t('today.runNext', { at: momentText(words, run.nextAt, timeZone) })}
      </p>
    </div>
  );
};
