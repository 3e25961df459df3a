import { type KillCampaignResult, parts, type Recovery, runKillCampaign } from '../../tests/e2e/kill-campaign.ts';
import type { Bench, Row } from '../bench.ts';

const most = (times: readonly number[]): number => Math.max(0, ...times);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const kept = (result: KillCampaignResult, samplesPerS: number, ranS: number): Row => {
  const { kills, read, accepted, stored, lost, doubled, wrong, unexplained, deaths, readPerS } = result;
  const { offersAccepted, visits, visitsDoubled, holdsDoubled, messages, messagesDoubled } = result;
  const isKept = lost + doubled + wrong + unexplained === 0;
  const isOnce = visitsDoubled + holdsDoubled + messagesDoubled === 0 && visits === offersAccepted;
  return {
    what: `kill -9 of ${parts.join(', ')} in turn, ${kills.length} kills in ${ranS} s at ${samplesPerS.toLocaleString('en')} samples/s`,
    toReach: '0 samples lost or doubled, no visit, hold or message doubled',
    measured:
      `${lost} lost, ${doubled + wrong} doubled or wrong of ${read.toLocaleString('en')} samples read (${Math.round(readPerS).toLocaleString('en')}/s); ` +
      `${visitsDoubled} of ${visits} visits, ${holdsDoubled} holds, ${messagesDoubled} of ${messages} messages doubled; ${deaths} processes ended by themselves`,
    met: isKept && isOnce && deaths === 0 && readPerS >= 0.95 * samplesPerS,
    figures: {
      ...{ read, accepted, stored, lost, doubled, wrong, unexplained, readPerS, deaths },
      ...{ offersAccepted, visits, visitsDoubled, holdsDoubled, messages, messagesDoubled },
    },
  };
};

const back = (kills: readonly Recovery[]): Row => {
  const of = (part: string) => kills.filter((kill) => kill.part === part);
  const slowest = most(kills.map(({ backMs }) => backMs));
  return {
    what: 'after each kill: pages, fresh samples of every gateway in the store, a worker with the jobs',
    toReach: 'within 5 s of the part',
    measured: parts
      .filter((part) => of(part).length > 0)
      .map((part) => `${part} ${seconds(most(of(part).map(({ backMs }) => backMs)))}`)
      .join(', '),
    met: slowest <= 5_000,
    figures: {
      ...Object.fromEntries(parts.map((part) => [`${part}BackMs`, most(of(part).map(({ backMs }) => backMs))])),
      ...Object.fromEntries(parts.map((part) => [`${part}AwayMs`, most(of(part).map(({ awayMs }) => awayMs))])),
    },
  };
};

/** Two ingest, an api and a worker over PostgreSQL, InfluxDB and mosquitto, of which one part dies after the other. */
export const kill: Bench = async ({ full }) => {
  const options = full
    ? { seconds: 600, samplesPerS: 20_000, gateways: 4, killEveryMs: 20_000, decisions: 120 }
    : { seconds: 60, samplesPerS: 4_000, gateways: 2, killEveryMs: 10_000, decisions: 12 };
  const result = await runKillCampaign(options);
  return [kept(result, options.samplesPerS, options.seconds), back(result.kills)];
};
