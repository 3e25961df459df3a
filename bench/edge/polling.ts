import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tests/free-port.ts';
import type { Bench } from '../bench.ts';
import { cpuMsOf, residentMbOf } from '../process-usage.ts';
import { type AgentSetup, startBenchAgent, startProgram, stopProgram } from './running-agent.ts';

const deviceCount = 10;
const pointsPerDevice = 2000;
const warmUpMs = 10_000;

const names = Array.from({ length: pointsPerDevice }, (_, i) => `p${i}`);

/** Float points side by side, `perDevice` on each TCP device. */
export const floatSetup = (ports: readonly number[], perDevice = pointsPerDevice): AgentSetup => {
  const points = names.slice(0, perDevice);
  return {
    profiles: {
      'floats.yaml': {
        profile: 'floats',
        points: points.map((name, i) => ({
          ...{ name, unit: 'degC', role: 'sensor', function: 'holding' },
          ...{ address: 2 * i, type: 'float32', min: -1000, max: 1000 },
        })),
      },
    },
    buses: ports.map((port, i) => ({
      name: `bus ${i}`,
      source: { kind: 'modbus-tcp', host: '127.0.0.1', port },
      devices: [{ name: `device ${i}`, profile: './floats.yaml', scanMs: 1000, points }],
    })),
  };
};

/** `count` Modbus TCP devices of libmodbus as one process; returns their ports too. */
export const startDevices = async (count: number, pointsEach: number) => {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const script = `${import.meta.dirname}/libmodbus-server.py`;
  const devices = await startProgram('/usr/bin/python3', [script, String(2 * pointsEach), ...ports.map(String)]);
  return { ports, stop: () => stopProgram(devices) };
};

/** What polling costs: 20,000 float points at 1 s over ten TCP devices, from register to broker. */
export const polling: Bench = async ({ full }) => {
  const measureMs = full ? 120_000 : 20_000;
  const devices = await startDevices(deviceCount, pointsPerDevice);
  const agent = await startBenchAgent(floatSetup(devices.ports));
  await sleep(warmUpMs);
  const [startMs, cpuBeforeMs] = [performance.now(), cpuMsOf(agent.pid)];
  await sleep(measureMs);
  const share = (cpuMsOf(agent.pid) - cpuBeforeMs) / (performance.now() - startMs);
  const { now, most } = residentMbOf(agent.pid);
  const state = agent.state();
  await agent.stop();
  await devices.stop();
  const read = state?.devices.reduce((sum, device) => sum + device.read, 0) ?? 0;
  const skipped = state?.devices.reduce((sum, device) => sum + device.skippedScans, 0) ?? 0;
  const p99Ms = state?.scanLateness.p99Ms ?? Number.POSITIVE_INFINITY;
  return [
    {
      what: `${deviceCount * pointsPerDevice} float points at 1 s over ${deviceCount} TCP devices (libmodbus)`,
      toReach: 'at most 25 % of a core, 150 MB; lateness p99 at most 10 ms',
      measured: `${(100 * share).toFixed(1)} % of a core, ${now.toFixed(0)} MB, ${most.toFixed(0)} MB for a moment at the start, while it reads its configuration; lateness p99 ${p99Ms} ms`,
      met: share <= 0.25 && now <= 150 && p99Ms <= 10 && read > 0 && skipped === 0,
      figures: {
        coreShare: share,
        residentMb: now,
        mostResidentMb: most,
        latenessP99Ms: p99Ms,
        samplesRead: read,
        skippedScans: skipped,
      },
    },
  ];
};
