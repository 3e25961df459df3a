import { dayMs } from '@kuluma/shared/model/units.ts';
import { fileKinds, filesIn } from '../core/privacy/personal-kinds.ts';
import { commandAnswerDays, type PurgeRule, purgeRules } from '../core/privacy/processing-register.ts';
import type { Clock, FileStore, Records } from '../ports.ts';
import { dropFiles, eraseDue } from './erase-person.ts';

/** How many were removed, by kind; what none was removed of is absent. */
export type PurgeReport = Readonly<Record<string, number>>;

/** Files that only what is over may name. */
const filesOver = async (records: Records, { kind, since, beforeMs }: PurgeRule): Promise<string[]> => {
  if (!fileKinds.includes(kind) || since !== 'createdAtMs') return [];
  const hashes: string[] = [];
  for (const organisationId of await records.organisationIds())
    for (const record of await records.list(kind, organisationId, { createdBeforeMs: beforeMs }))
      hashes.push(...filesIn(record));
  return hashes;
};

/**
 * Removes personal data whose time is over, of every organisation, and what had to stay for a time of those who were
 * erased. Running it again removes nothing more.
 */
export const purgePersonal = async (deps: {
  readonly records: Records;
  readonly clock: Pick<Clock, 'now'>;
  /** Wall time. */
  readonly wallNow: () => number;
  readonly files: Pick<FileStore, 'remove'>;
}): Promise<PurgeReport> => {
  const [nowMs, wallNowMs] = [deps.clock.now(), deps.wallNow()];
  const report: Record<string, number> = {};
  for (const rule of purgeRules(nowMs, wallNowMs)) {
    const files = await filesOver(deps.records, rule);
    report[rule.kind] = await deps.records.purge(rule);
    await dropFiles(deps.records, deps.files, files);
  }
  report['commandAnswer'] = await deps.records.purgeAnswers(wallNowMs - commandAnswerDays * dayMs);
  report['signInChallenge'] = await deps.records.purgeChallenges(wallNowMs);
  for (const organisationId of await deps.records.organisationIds())
    for (const [kind, count] of Object.entries(await eraseDue(deps, organisationId)))
      report[kind] = (report[kind] ?? 0) + count;
  return Object.fromEntries(Object.entries(report).filter(([, count]) => count > 0));
};
