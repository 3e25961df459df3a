import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { residentMbOf } from '../process-usage.ts';
import { floatSetup, startDevices } from './polling.ts';
import { startBenchAgent } from './running-agent.ts';

const points = 2000;

/** What the packed agent, installed in an empty folder, takes of a gateway's memory. */
export const memory: Bench = async ({ full }) => {
  const devices = await startDevices(1, points);
  const agent = await startBenchAgent(floatSetup(devices.ports, points));
  await sleep(full ? 300_000 : 30_000);
  const { now, most } = residentMbOf(agent.pid);
  const read = agent.state()?.devices[0]?.read ?? 0;
  await agent.stop();
  await devices.stop();
  return [
    {
      what: `packed agent with ${points} points at 1 s`,
      toReach: 'at most 90 MB',
      measured: `${now.toFixed(0)} MB; ${most.toFixed(0)} MB for a moment at the start, while it reads its configuration`,
      met: now <= 90 && read > 0,
      figures: { residentMb: now, highestMb: most, samplesRead: read },
    },
  ];
};
