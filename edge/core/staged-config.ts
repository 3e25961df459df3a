import type { ConfigOffer, ConfigReport, ConfigState } from '@kuluma/shared/wire/gateway-config.ts';
import { mostReportChars } from '@kuluma/shared/wire/gateway-config.ts';

/** A configuration that came over the link. */
export type Revision = Pick<ConfigOffer, 'revision' | 'yaml'>;

/**
 * What is kept of them. A revision is tried at most once: `reports` ends with the newest that was ever begun or refused,
 * and nothing at or below it is taken again, so that a retained message cannot bring back what was rolled back.
 */
export interface StagedConfig {
  /** The last that proved itself; null: the file on the gateway. */
  readonly kept: Revision | null;
  /** It runs and has not proved itself yet. Found at a start, it means that the process died of it, or in its time. */
  readonly trial: Revision | null;
  /** One a revision, rising; the last few. */
  readonly reports: readonly ConfigReport[];
}

export const nothingStaged: StagedConfig = { kept: null, trial: null, reports: [] };
const mostReports = 4;

const reported = (
  reports: StagedConfig['reports'],
  revision: number,
  state: ConfigReport['state'],
  message: string,
): StagedConfig['reports'] =>
  [
    ...reports.filter((report) => report.revision !== revision),
    { revision, state, message: message.slice(0, mostReportChars) },
  ]
    .sort((a, b) => a.revision - b.revision)
    .slice(-mostReports);

/** Whether this revision is to be tried now: newer than all before, and no other on trial. */
export const mayTry = ({ trial, reports }: StagedConfig, revision: number): boolean =>
  trial === null && revision > (reports.at(-1)?.revision ?? 0);

/** Never begun: it is not valid. */
export const refuse = (staged: StagedConfig, revision: number, why: string): StagedConfig => ({
  ...staged,
  reports: reported(staged.reports, revision, 'refused', why),
});

/** To be durable before the configuration takes effect. */
export const beginTrial = (staged: StagedConfig, trial: Revision): StagedConfig => ({
  ...staged,
  trial,
  reports: reported(staged.reports, trial.revision, 'trial', ''),
});

/** The trial proved itself. */
export const keepTrial = ({ trial, kept, reports }: StagedConfig): StagedConfig => ({
  kept: trial ?? kept,
  trial: null,
  reports: trial ? reported(reports, trial.revision, 'applied', '') : reports,
});

/** The trial failed, or the process died during it; what was kept before runs again. */
export const rollBack = ({ trial, kept, reports }: StagedConfig, why: string): StagedConfig => ({
  kept,
  trial: null,
  reports: trial ? reported(reports, trial.revision, 'rolledBack', why) : reports,
});

/** The process ends in good order during the trial: nothing was learnt, so the revision may be tried again. */
export const abandonTrial = ({ trial, kept, reports }: StagedConfig): StagedConfig => ({
  kept,
  trial: null,
  reports: reports.filter(({ revision }) => revision !== trial?.revision),
});

/** What was kept cannot be loaded any more: the file on the gateway runs again. */
export const dropKept = ({ kept, trial, reports }: StagedConfig, why: string): StagedConfig => ({
  kept: null,
  trial,
  reports: kept ? reported(reports, kept.revision, 'rolledBack', why) : reports,
});

/** What is to run, and what the gateway's state says of it. */
export const runningOf = ({ kept, trial }: StagedConfig): Revision | null => trial ?? kept;
export const configStateOf = (staged: StagedConfig): ConfigState => ({
  running: runningOf(staged)?.revision ?? null,
  reports: [...staged.reports],
});
