import { describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { parts, runKillCampaign } from './kill-campaign.ts';

const title = 'kill -9 of each part beyond one machine in turn';
const suites = (['mosquitto', 'influxd', 'postgresql'] as const).map((service) => needs(service, title));
const suite = suites.find(({ skip }) => skip) ?? { skip: false, title };

describe.skipIf(suite.skip)(suite.title, () => {
  it('loses and doubles no sample, and no visit, hold or message', async () => {
    const killEveryMs = 3_000;
    const seconds = (parts.length * killEveryMs) / 1000;
    const result = await runKillCampaign({ seconds, samplesPerS: 1_000, gateways: 2, killEveryMs, decisions: 6 });
    expect(result).toMatchObject({ lost: 0, doubled: 0, wrong: 0, unexplained: 0, deaths: 0 });
    expect(result).toMatchObject({ visitsDoubled: 0, holdsDoubled: 0, messagesDoubled: 0 });
    expect(result.visits).toBe(result.offersAccepted);
    expect(result.accepted).toBeGreaterThan(1_000);
    expect(result.kills.map(({ part }) => part)).toEqual(parts.slice(0, result.kills.length));
    expect(result.kills.length).toBeGreaterThan(2);
  });
});
