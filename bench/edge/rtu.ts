import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { startBenchAgent, startProgram, stopProgram } from './running-agent.ts';

const baudRate = 19_200;
const units = 10;
const registers = 20;
const warmUpMs = 5000;

/** Request, silence, reply, silence, in characters of 11 bits: nothing else on the line. */
const charactersPerExchange = 8 + 3.5 + (5 + 2 * registers) + 3.5;
const mostPerSecond = baudRate / 11 / charactersPerExchange;

const ptyPair = async (ours: string, theirs: string): Promise<ChildProcess> => {
  const ends = [ours, theirs].map((link) => `pty,raw,echo=0,link=${link}`);
  const socat = spawn('/usr/bin/socat', ends, { stdio: 'ignore' });
  while (!existsSync(ours) || !existsSync(theirs)) await sleep(10);
  return socat;
};

/** How much of what a slow line can carry is carried, with ten units that always have something due. */
export const rtu: Bench = async ({ full }) => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-rtu-'));
  const [ours, theirs] = [join(dir, 'agent'), join(dir, 'units')];
  const socat = await ptyPair(ours, theirs);
  const script = `${import.meta.dirname}/paced-line.py`;
  const line = await startProgram('/usr/bin/python3', [script, theirs, String(baudRate), String(units)]);
  const names = Array.from({ length: registers }, (_, i) => `r${i}`);
  const agent = await startBenchAgent({
    profiles: {
      'words.yaml': {
        profile: 'words',
        points: names.map((name, address) => ({
          ...{ name, unit: '1', role: 'sensor', function: 'holding', address, type: 'uint16' },
        })),
      },
    },
    buses: [
      {
        name: 'line',
        source: { kind: 'modbus-rtu', path: ours, baudRate, timeoutMs: 500 },
        devices: Array.from({ length: units }, (_, i) => ({
          ...{ name: `unit ${i + 1}`, unit: i + 1, profile: './words.yaml', scanMs: 100, points: names },
        })),
      },
    ],
  });
  await sleep(warmUpMs);
  // The state comes every ten seconds: what was read between two of them, by the agent's own clock.
  const [first, last] = [await agent.nextState(), await agent.stateAfter(full ? 60_000 : 20_000)];
  await agent.stop();
  await Promise.all([stopProgram(line), stopProgram(socat)]);
  await rm(dir, { recursive: true });
  const readIn = (state: typeof first) => state.devices.reduce((sum, device) => sum + device.read, 0) / registers;
  const perSecond = (readIn(last) - readIn(first)) / ((last.reportedAtMs - first.reportedAtMs) / 1000);
  const failures = last.devices.reduce((sum, device) => sum + device.timeouts + device.errors, 0);
  const share = perSecond / mostPerSecond;
  return [
    {
      what: `RTU at ${baudRate} baud, ${units} paced units of ${registers} registers`,
      toReach: 'at least 90 % of what the line can carry',
      measured: `${perSecond.toFixed(1)} of ${mostPerSecond.toFixed(1)} reads/s: ${(100 * share).toFixed(1)} %`,
      met: share >= 0.9,
      figures: { readsPerSecond: perSecond, mostPerSecond, share, failures },
    },
  ];
};
