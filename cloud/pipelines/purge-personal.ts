import { dayMs } from '@kuluma/shared/model/units.ts';
import { commandAnswerDays, purgeRules } from '../core/privacy/processing-register.ts';
import type { Clock, Records } from '../ports.ts';

/** How many were removed, by kind; what none was removed of is absent. */
export type PurgeReport = Readonly<Record<string, number>>;

/** Removes personal data whose time is over, of every organisation. Running it again removes nothing more. */
export const purgePersonal = async (deps: {
  readonly records: Pick<Records, 'purge' | 'purgeAnswers' | 'purgeChallenges'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Wall time. */
  readonly wallNow: () => number;
}): Promise<PurgeReport> => {
  const [nowMs, wallNowMs] = [deps.clock.now(), deps.wallNow()];
  const report: Record<string, number> = {};
  for (const rule of purgeRules(nowMs, wallNowMs)) report[rule.kind] = await deps.records.purge(rule);
  report['commandAnswer'] = await deps.records.purgeAnswers(wallNowMs - commandAnswerDays * dayMs);
  report['signInChallenge'] = await deps.records.purgeChallenges(wallNowMs);
  return Object.fromEntries(Object.entries(report).filter(([, count]) => count > 0));
};
