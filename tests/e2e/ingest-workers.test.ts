import { describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { killWorkers } from './killed-workers.ts';

const suites = [
  needs('mosquitto', 'two workers share the messages of mosquitto'),
  needs('influxd', 'two workers share the messages of mosquitto'),
  needs('postgresql', 'two workers share the messages of mosquitto'),
];
const { skip, title } = suites.find((suite) => suite.skip) ?? (suites[0] as (typeof suites)[number]);

describe.skipIf(skip)(title, () => {
  it('and store each once, though one after the other is killed', async () => {
    const { kills, sent, alarmsSent, ...outcome } = await killWorkers(12);
    expect(kills).toBe(6);
    expect(sent).toBeGreaterThan(10_000);
    expect(outcome).toEqual({ lost: 0, wrong: 0, alarmsStored: alarmsSent, alarmsDistinct: alarmsSent });
  });
});
