// The part of an agent from its samples to the broker, as a process of its own: see outage.ts.
import { setTimeout as pause } from 'node:timers/promises';
import { benchForwarder, feedLive, openBenchOutbox } from './outbox-rig.ts';
import { PlantSamples } from './plant-samples.ts';

const [dataDir = '', url = '', pointCount = '', seconds = ''] = process.argv.slice(2);
const plant = new PlantSamples(Number(pointCount), Date.now());
const openedAt = performance.now();
const outbox = await openBenchOutbox(dataDir, plant.pointIds, Math.floor(Date.now() / 1000), Date.now);
const startedMs = performance.now() - openedAt;
const forwarder = benchForwarder(outbox, url);
const stopFeeding = feedLive(outbox, (fromMs) => plant.quarter(fromMs));
await forwarder.start();
let peakBytes = 0;
for (let tick = 0; tick < Number(seconds) * 10; tick++) {
  await pause(100);
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}
stopFeeding();
process.stdout.write(`${JSON.stringify({ startedMs, peakBytes, sentSamples: forwarder.ackedSamples })}\n`);
process.exit();
