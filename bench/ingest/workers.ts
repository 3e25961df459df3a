import { killWorkers } from '../../tests/e2e/killed-workers.ts';
import type { Bench } from '../bench.ts';

/** Two ingest workers on mosquitto's shared subscription (InfluxDB and PostgreSQL behind them), one killed every 2 s. */
export const workers: Bench = async ({ full }) => {
  const seconds = full ? 60 : 12;
  const outcome = await killWorkers(seconds);
  const { kills, sent, lost, wrong, alarmsSent, alarmsStored, alarmsDistinct } = outcome;
  const missing = lost + alarmsSent - alarmsDistinct;
  const doubled = wrong + alarmsStored - alarmsDistinct;
  return [
    {
      what: `two workers on mosquitto's shared subscription, one killed every 2 s for ${seconds} s`,
      toReach: '0 lost, 0 doubled',
      measured: `${missing} lost, ${doubled} doubled of ${sent} samples and ${alarmsSent} alarms over ${kills} kills`,
      met: missing === 0 && doubled === 0,
      figures: { ...outcome },
    },
  ];
};
