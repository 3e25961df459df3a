import type { Readable } from 'node:stream';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import type { GatewayAuthority, IdentityProvider, Sealer } from '../access-ports.ts';
import type { PushChannel } from '../channel-ports.ts';
import type { SecurityContact } from '../core/access/security-text.ts';
import type { ImportInput } from '../core/imports/plan-import.ts';
import type { DataRetention } from '../core/messages/data-pages/data-sheet-page.ts';
import type { PrintedReport } from '../core/visits/printed-report.ts';
import type { JobEnds, JobFigures } from '../job-ports.ts';
import type { OfferDeps } from '../pipelines/make-offers.ts';
import type { EdgeNodeListing } from '../pipelines/on-sparkplug.ts';
import type { ModelFiles } from '../pipelines/pipeline-deps.ts';
import type { Repair } from '../pipelines/repair-board.ts';
import type {
  Clock,
  CopyShelf,
  FileStore,
  KnownGateway,
  NamedSamples,
  OrderReading,
  Random,
  Records,
  RefusalCount,
  TimeSeriesStore,
} from '../ports.ts';
import type { FirstCode } from './first-code.ts';
import type { LinkMail } from './sign-in-links.ts';

/** The last run of a job, in product time. */
export interface JobState {
  readonly name: string;
  readonly lastStartMs: number | null;
  /** When it is due again; null where nobody can tell. */
  readonly nextStartMs: number | null;
  readonly lastOk: boolean | null;
  readonly lastError: string | null;
  readonly runs: number;
}

/** What ingest has heard of a gateway since the service started. */
export interface GatewayHealth {
  readonly gatewayId: string;
  readonly online: boolean;
  readonly lastSeenMs: number | null;
  readonly outboxDepth: number | null;
  /** What its agent said last; absent for a gateway of another maker. */
  readonly state?: GatewayState;
}

/** What was acknowledged and is on its way into the stores. */
export interface LaneState {
  readonly lane: SampleClass;
  /** Letters of gateways. */
  readonly waiting: number;
  /** How long the one that waits longest has waited. */
  readonly lagMs: number;
}

/** Ways of plans that the routing server did not give, so that they were guessed: it gave no answer, or knows no road there. */
export interface WaysGuessed {
  readonly reason: 'noAnswer' | 'noWay';
  readonly ways: number;
}

/** Of the heavy work that any process may do. */
export interface HeavyWork {
  figures(): Promise<JobFigures[]>;
  ends(): readonly JobEnds[];
}

/** How the machinery behind the pages is doing. */
export interface ServiceHealth {
  readonly jobs: readonly JobState[];
  readonly samplesStored: number;
  readonly batchesStored: number;
  readonly duplicates: number;
  readonly refusals: readonly RefusalCount[];
  readonly gateways: readonly GatewayHealth[];
  readonly lanes: readonly LaneState[];
  /** Since the start; empty where ways are by the great circle anyway. */
  readonly waysGuessed: readonly WaysGuessed[];
}

/** What the routes work with. */
export interface HttpDeps extends OfferDeps {
  readonly models: ModelFiles;
  readonly records: Records;
  /** Whether other processes write to the records too. */
  readonly sharesRecords: boolean;
  readonly timeSeries: TimeSeriesStore;
  /** Product time: what the pages show, what holds and offers run on. */
  readonly clock: Clock;
  /** Epoch ms of the machine: what sessions and sign-in links expire on. */
  readonly wallNow: () => number;
  readonly random: Random;
  readonly log: Logger;
  /** Country code of phone numbers that are written without one. */
  readonly homeCountry: string;
  /** What the SMS gateway shows us; without it nothing comes in that way. */
  readonly smsInboundToken: string | undefined;
  /** Whether an integrator is told what became of messages. */
  readonly tellsIntegrator: boolean;
  /** Web push to phones of technicians; absent where nobody answers for it. */
  readonly push?: PushChannel | undefined;
  /** Without it nobody gets a sign-in link by letter. */
  readonly linkMail: LinkMail | undefined;
  /** What a monitoring system shows to read /metrics; without it nobody reads them. */
  readonly metricsToken: string | undefined;
  readonly demo: boolean;
  /** Of a process that has other work: it answers monitoring and nobody else. */
  readonly answersMonitoringOnly?: boolean;
  /** Whether this process is about to end: it answers, and sends those who ask next elsewhere. */
  readonly isLeaving?: () => boolean;
  readonly health: () => ServiceHealth;
  readonly heavyWork: HeavyWork;
  readonly copyShelf: CopyShelf;
  readonly repair: Repair;
  /** By whichever process does heavy work; resolves when it is done, or when nobody should wait any longer. */
  readonly reckonContracts: (organisationId: Id<'organisation'>) => Promise<unknown>;
  /** Where people sign in by accounts of their company; the address of the pages is never taken from a request. */
  readonly signInProviders?: { readonly publicUrl: string; readonly providers: readonly IdentityProvider[] };
  /** How long the time series keep what; absent where a server of the company decides. */
  readonly retention?: DataRetention | undefined;
  /** Whom weaknesses are told to; absent where nobody is named. */
  readonly securityContact?: SecurityContact | undefined;
  /** By which the first company is made; absent where nobody makes one over HTTP. */
  readonly firstCode?: FirstCode | undefined;
  /** Of secrets that have to be read again. */
  readonly sealer: Sealer;
  /** Absent where no broker of ours asks gateways for certificates. */
  readonly gatewayAuthority?: GatewayAuthority | undefined;
  /** Sends a gateway the newest configuration in the records; never fails, at the latest a job sends it. */
  readonly publishConfig: (gateway: KnownGateway) => Promise<void>;
  /** Asks a gateway for the raw signal behind a point; lost where it is not online. */
  readonly requestSnapshot: (gateway: KnownGateway, pointId: Id<'measurementPoint'>) => Promise<void>;
  /** Sparkplug B edge nodes behind a gateway. */
  readonly edgeNodes: (gateway: KnownGateway) => Promise<EdgeNodeListing[]>;
  /** Reads the files of an import. @throws INPUT_INVALID for what is none of them, no CSV, no JSON or no UTF-8 */
  readonly parseImport: (files: readonly { readonly name: string; readonly bytes: Uint8Array }[]) => ImportInput;
  readonly files: FileStore;
  readonly orderReading: OrderReading;
  /** A Parquet file of samples, as a stream. @param metadata of the file, by name */
  readonly parquetOf: (
    pieces: AsyncIterable<NamedSamples>,
    metadata: Readonly<Record<string, string>>,
  ) => Promise<Readable>;
  /** Prints a report of a visit as PDF. */
  readonly printReport: (report: PrintedReport) => Promise<Uint8Array>;
  /** Folder of the built pages. */
  readonly pagesDir: string;
  /** True behind a reverse proxy that sets the X-Forwarded headers. */
  readonly trustProxy: boolean;
}
