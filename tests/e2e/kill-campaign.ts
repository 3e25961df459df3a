import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SmtpInbox } from '../smtp-inbox.ts';
import type { Balance } from './fault-campaign-ledger.ts';
import { CampaignDesk, type DeskOutcome } from './kill-campaign-desk.ts';
import { CampaignGateways } from './kill-campaign-gateways.ts';
import { RoleProcess, type SharedServers, startSharedServers } from './role-processes.ts';

export interface KillCampaignOptions {
  readonly seconds: number;
  readonly samplesPerS: number;
  readonly gateways: number;
  /** A part is killed so often, the next one each time. */
  readonly killEveryMs: number;
  /** Recommendations that the planner decides about meanwhile. */
  readonly decisions: number;
}

export const parts = ['ingest', 'postgresql', 'api', 'influxd', 'worker', 'broker'] as const;
export type CampaignPart = (typeof parts)[number];

export interface Recovery {
  readonly part: CampaignPart;
  /** From the kill until the part said that it is ready. */
  readonly awayMs: number;
  /** From then until pages were answered, fresh samples of every gateway were stored, and a worker had the jobs. */
  readonly backMs: number;
}

export interface KillCampaignResult extends Balance, DeskOutcome {
  readonly kills: readonly Recovery[];
  /** Processes that ended by themselves. */
  readonly deaths: number;
  readonly readPerS: number;
}

/** A supervisor's pause before it starts again what died. */
const restartAfterMs = 500;
/** What is not back by then is a finding, not a wait. */
const patienceMs = 60_000;
const askedWithinMs = 1_000;

interface Killable {
  kill(): Promise<unknown>;
  restart(): Promise<void>;
}

const killableProcess = (one: RoleProcess): Killable => ({
  kill: () => one.end('SIGKILL'),
  restart: () => one.restart(),
});

/** Whether some worker that is alive has the jobs: the lease of a dead one is not renewed any more. */
const holderOf = async (url: string): Promise<string | undefined> => {
  const limits = { connectionTimeoutMillis: askedWithinMs, query_timeout: askedWithinMs };
  const client = new pg.Client({ connectionString: url, ...limits });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query("select holder from kuluma_lease where name = 'jobs' and held_until > now()");
    return (rows as { holder: string }[])[0]?.holder;
  } catch {
    // It is away: nobody holds anything that counts.
    return undefined;
  } finally {
    // That of a server that was killed may never end.
    await Promise.race([Promise.allSettled([client.end()]), pause(askedWithinMs)]);
  }
};

const within = async (limitMs: number, isSo: () => Promise<boolean>): Promise<void> => {
  const untilMs = performance.now() + limitMs;
  while (!(await isSo()) && performance.now() < untilMs) await pause(50);
};

/** Runs everything beyond one machine on this one, kills a part at a time, and compares what was said with what is there. */
export const runKillCampaign = async (options: KillCampaignOptions): Promise<KillCampaignResult> => {
  const servers = await startSharedServers();
  const inbox = new SmtpInbox();
  const processes: RoleProcess[] = [];
  const gateways = new CampaignGateways(servers);
  try {
    await inbox.start();
    return await campaign(servers, inbox, processes, gateways, options);
  } finally {
    await gateways.stop();
    for (const one of processes) await one.end('SIGKILL');
    await inbox.stop();
    await servers.stop();
  }
};

const mailSettings = (inbox: SmtpInbox): Record<string, string> => ({
  ...{ MESSAGES__SMTP_URL: inbox.url(), MESSAGES__FROM: 'Service <service@example.com>' },
  ...{ MESSAGES__PUBLIC_URL: 'http://localhost:8080', MESSAGES__COLLECT_MIN: '0', MESSAGES__LETTERS_PER_DAY: '10000' },
  ...{ MESSAGES__QUIET_FROM: '00:00', MESSAGES__QUIET_TO: '00:00', JOBS__TICK: '* * * * * *' },
});

const campaign = async (
  servers: SharedServers,
  inbox: SmtpInbox,
  processes: RoleProcess[],
  gateways: CampaignGateways,
  { seconds, samplesPerS, gateways: count, killEveryMs, decisions }: KillCampaignOptions,
): Promise<KillCampaignResult> => {
  const start = async (role: 'ingest' | 'api' | 'worker', name: string): Promise<RoleProcess> => {
    const one = await RoleProcess.start(servers, role, name, mailSettings(inbox));
    processes.push(one);
    return one;
  };
  const [first, second] = [await start('ingest', 'ingest-1'), await start('ingest', 'ingest-2')];
  const [api, worker] = [await start('api', 'api'), await start('worker', 'worker')];
  const desk = new CampaignDesk(servers, () => api.url);
  await desk.start(decisions, 12);
  await gateways.start(count, samplesPerS);
  const url = servers.postgres.url('kuluma');
  const turns: Readonly<Record<CampaignPart, readonly Killable[]>> = {
    ingest: [first, second].map(killableProcess),
    api: [killableProcess(api)],
    worker: [killableProcess(worker)],
    postgresql: [servers.postgres],
    influxd: [servers.influxd],
    broker: [servers.mosquitto],
  };
  const beganMs = performance.now();
  const leaving = new AbortController();
  const deciding = desk.work((seconds * 1000) / decisions / 2, leaving.signal);
  const kills: Recovery[] = [];
  for (let n = 0; performance.now() - beganMs < seconds * 1000; n++) {
    const nextMs = performance.now() + killEveryMs;
    const part = parts[n % parts.length] as CampaignPart;
    const victims = turns[part];
    const victim = victims[Math.floor(n / parts.length) % victims.length] as Killable;
    const holder = part === 'worker' ? await holderOf(url) : undefined;
    const killedMs = performance.now();
    await victim.kill();
    await pause(restartAfterMs);
    await victim.restart();
    const [readyMs, readyWallMs] = [performance.now(), Date.now()];
    const isLed = async () => {
      const now = await holderOf(url);
      return now !== undefined && now !== holder;
    };
    await Promise.all([
      within(patienceMs, () => desk.isAnswered()),
      within(patienceMs, () => gateways.isFresh(readyWallMs)),
      within(patienceMs, isLed),
    ]);
    kills.push({ part, awayMs: readyMs - killedMs, backMs: performance.now() - readyMs });
    await pause(Math.max(0, nextMs - performance.now()));
  }
  const ranS = (performance.now() - beganMs) / 1000;
  leaving.abort();
  await deciding;
  await gateways.drain();
  const balance = await settledBalance(gateways);
  const outcome = await desk.outcome(inbox);
  const deaths = processes.reduce((sum, one) => sum + one.deaths, 0);
  return { ...balance, ...outcome, kills, deaths, readPerS: balance.read / ranS };
};

/** What the cloud told the gateways to be kept is in inboxes, and takes a moment to be in the store. */
const settledBalance = async (gateways: CampaignGateways): Promise<Balance> => {
  let balance = await gateways.balance();
  for (let waitedMs = 0; balance.lost > 0 && waitedMs < patienceMs; waitedMs += 2000) {
    await pause(2000);
    const next = await gateways.balance();
    if (next.lost < balance.lost) waitedMs = 0;
    balance = next;
  }
  return balance;
};
