import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Jobs } from './adapters/jobs-cron/cron-jobs.ts';
import { businessJobs } from './business.ts';
import type { CloudConfig } from './config.ts';
import type { ContractJobs } from './contract-jobs.ts';
import type { PurposeId } from './core/privacy/purposes.ts';
import type { DocumentJobs } from './document-jobs.ts';
import type { HeavyJobs } from './heavy-jobs.ts';
import { newToken } from './http/secrets.ts';
import { messageRulesOf } from './messenger.ts';
import { termsOf } from './offer-terms.ts';
import { expireOffers } from './pipelines/answer-offers.ts';
import { tendContractOffers } from './pipelines/contract-offers.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import type { createQualityJudge } from './pipelines/judge-quality.ts';
import type { PipelineDeps } from './pipelines/pipeline-deps.ts';
import { purgePersonal } from './pipelines/purge-personal.ts';
import { queueDueMessages, queueGoodNews } from './pipelines/queue-due-messages.ts';
import { recordBookingCosts } from './pipelines/record-booking-cost.ts';
import type { PurposedRecords } from './pipelines/records-for.ts';
import type { MessageDeps } from './pipelines/send-messages.ts';
import type { Clock, FileStore } from './ports.ts';

/** A phone that finds signal only after that sends its photo from the beginning. */
const staleUploadMs = 14 * dayMs;

/** When a job ran last and is due next, in product time; a tick before its time is no run. */
export type DueTimes = Map<string, { readonly lastMs: number; readonly nextMs: number }>;

interface PlannedWork {
  readonly heavy: HeavyJobs;
  readonly contracts: ContractJobs;
  readonly documents: DocumentJobs;
  readonly judge: ReturnType<typeof createQualityJudge>;
  /** Absent where no letters are sent. */
  readonly messenger: MessageDeps | undefined;
  readonly files: FileStore;
}

/** What all jobs work with, and the records for what one of them is for. */
interface UnboundDeps extends Omit<PipelineDeps, 'records'> {
  readonly bound: (purpose: PurposeId) => PurposedRecords;
}

/** Jobs tick on wall time and are due by the product clock, which in a demo runs faster. */
export const planJobs = (
  jobs: Jobs,
  { config, clock, demo = false }: { readonly config: CloudConfig; readonly clock: Clock; readonly demo?: boolean },
  { bound, ...deps }: UnboundDeps,
  { heavy, contracts, documents, judge, messenger, files }: PlannedWork,
): DueTimes => {
  const due: DueTimes = new Map();
  const owners = { ...deps, records: bound('owners') };
  const planning = { ...deps, records: bound('planning') };
  const rights = { ...deps, records: bound('rights') };
  const forAll = (work: Parameters<typeof eachOrganisation>[1]) => eachOrganisation(planning.records, work);
  const { tick, forecastEveryMin, maintainEveryMin, tendModels: tendAt, purgePersonal: purgeAt } = config.jobs;
  const every = (minutes: number, name: string, run: () => Promise<unknown>) => {
    jobs.every(name, tick, async () => {
      const lastMs = clock.now();
      if (lastMs < (due.get(name)?.nextMs ?? Number.NEGATIVE_INFINITY)) return;
      due.set(name, { lastMs, nextMs: lastMs + minutes * minuteMs });
      await run();
    });
  };
  every(forecastEveryMin, 'forecast', heavy.forecastAll);
  every(15, 'data-quality', () => forAll(judge));
  every(maintainEveryMin, 'maintain-series', () => deps.timeSeries.maintain(clock.now()));
  every(24 * 60, 'drop-stale-uploads', () => files.dropStale(staleUploadMs));
  every(60, 'forget-ended-jobs', () => heavy.forgetEnded());
  every(60, 'read-documents', () => documents.orderMissing());
  every(60, 'reckon-contracts', () => contracts.orderAll());
  if (messenger) {
    every(1, 'queue-due-messages', () => forAll((organisationId) => queueDueMessages(messenger, organisationId)));
    every(15, 'queue-good-news', () => forAll((organisationId) => queueGoodNews(messenger, organisationId)));
  }
  // The nights of a demo are short: there they are counted by its clock.
  if (demo) every(24 * 60, 'tend-models', heavy.tendAll);
  else jobs.every('tend-models', tendAt, heavy.tendAll);
  jobs.every('purge-personal', purgeAt, async () =>
    deps.log.info(
      { removed: await purgePersonal({ ...rights, wallNow: Date.now, files }) },
      'what is over was removed',
    ),
  );
  const business = businessJobs({ ...deps, records: bound('business'), secret: newToken }, config);
  if (business.isOn) {
    jobs.every('read-business', config.business.readAt, business.read);
    every(15, 'send-invoices', business.invoice);
  }
  jobs.every('expire-offers', tick, () => forAll((organisationId) => expireOffers(owners, organisationId)));
  every(15, 'tend-contracts', () =>
    forAll((organisationId) =>
      tendContractOffers({ ...owners, terms: termsOf(config), messageRules: messageRulesOf(config) }, organisationId),
    ),
  );
  jobs.every('record-booking-costs', tick, () =>
    forAll((organisationId) => recordBookingCosts(planning, organisationId)),
  );
  return due;
};
