import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Gap } from '@kuluma/shared/model/gateway-reports.ts';
import { type Sample, samplesOf } from '@kuluma/shared/model/sample.ts';
import { decodeLetter, type PointTableContent } from '@kuluma/shared/wire/letter.ts';
import { decodeRecord, restamped, type WireRecord } from '@kuluma/shared/wire/record.ts';
import { withPoints } from '@kuluma/shared/wire/samples-body.ts';

const random = seededRandom(1);
export const organisationId = newId('organisation', random);
export const gatewayId = newId('gateway', random);
export const pointId = newId('measurementPoint', random);

export const repoRoot = join(import.meta.dirname, '../..');

/** Resolves when `holds` gives true; rejects with `what` after half a minute or `boundMs`. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, boundMs = 30_000): Promise<void> => {
  const giveUpMs = Date.now() + boundMs;
  while (!(await holds())) {
    if (Date.now() > giveUpMs) throw new Error(`it never came true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A Modbus TCP device whose one uint32 register pair counts its reads: no two replies are alike. */
export class CountingDevice {
  served = 0;
  /** By value, epoch ms. */
  readonly servedAtMs: number[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const reply = Buffer.from([...request.subarray(0, 4), 0, 7, ...request.subarray(6, 8), 4, 0, 0, 0, 0]);
      reply.writeUInt32BE(this.served, 9);
      this.served++;
      this.servedAtMs.push(Date.now());
      socket.write(reply);
    });
  });

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Configuration and profile of an agent that reads the counter of a CountingDevice; returns the path of the file. */
export const writeAgentConfig = async (
  dir: string,
  options: { devicePort: number; mqttPort: number; scanMs: number },
): Promise<string> => {
  const profile = {
    profile: 'counter',
    points: [{ name: 'count', unit: '1', function: 'holding', address: 0, type: 'uint32', role: 'usage' }],
  };
  const config = {
    organisationId,
    gatewayId,
    dataDir: './data',
    uplink: { url: `mqtt://127.0.0.1:${options.mqttPort}`, token: 'secret' },
    outbox: { commitMs: 20 },
    buses: [
      {
        name: 'bus',
        source: { kind: 'modbus-tcp', host: '127.0.0.1', port: options.devicePort },
        devices: [{ name: 'counter', profile: './counter.yaml', scanMs: options.scanMs, points: { count: pointId } }],
      },
    ],
  };
  await writeFile(join(dir, 'counter.yaml'), JSON.stringify(profile));
  await writeFile(join(dir, 'gateway.yaml'), JSON.stringify(config));
  return join(dir, 'gateway.yaml');
};

export interface RunningAgent {
  readonly process: ChildProcess;
  /** JSON lines that it wrote so far. */
  readonly lines: Record<string, unknown>[];
  /** Ends it and returns its exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** `kuluma-edge run` as its own process, ready. */
export const runAgent = async (config: string): Promise<RunningAgent> => {
  const child = spawn(process.execPath, [join(repoRoot, 'edge/bin/kuluma-edge.js'), 'run', '--config', config], {
    env: { ...process.env, KULUMA_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // With all that it has written, which may come after its end.
  const exited = once(child, 'close');
  const lines: Record<string, unknown>[] = [];
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (text + chunk.toString()).split('\n');
    text = parts.pop() ?? '';
    for (const line of parts) lines.push(JSON.parse(line));
  });
  await until('the agent is ready', () => lines.some((line) => line['ready'] === true) || child.exitCode !== null);
  return {
    process: child,
    lines,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
};

/** What the cloud makes of letters that may come more than once, by either lane: each key counts once. */
export class Ledger {
  readonly #byKey = new Map<string, WireRecord>();
  readonly #tables = new Map<string, PointTableContent['pointIds']>();
  received = 0;

  take(payload: Uint8Array): void {
    const letter = decodeLetter(payload);
    for (const { tableId, pointIds } of letter.tables) this.#tables.set(tableId, pointIds);
    const decoded = decodeRecord(letter.record);
    const record = letter.restampMs === null ? decoded : restamped(decoded, letter.restampMs);
    const { epoch, class: of, seq } = record.key;
    this.received++;
    this.#byKey.set(`${epoch}/${of}/${seq}`, record);
  }

  get records(): WireRecord[] {
    return [...this.#byKey.values()].sort((a, b) => a.key.epoch - b.key.epoch || a.key.seq - b.key.seq);
  }

  get samples(): Sample[] {
    return this.records.flatMap((record) => {
      if (record.kind !== 'samples') return [];
      const pointIds = this.#tables.get(record.samples.tableId);
      if (!pointIds) throw new Error(`the table ${record.samples.tableId} never came`);
      return samplesOf(withPoints(record.samples, pointIds));
    });
  }

  get gaps(): Gap[] {
    return this.records.flatMap((record) => (record.kind === 'gap' ? [record.gap] : []));
  }

  get values(): number[] {
    return this.samples.map((s) => s.value);
  }
}
