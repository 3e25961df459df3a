import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf, type MeView } from '@kuluma/shared/model/views/common.ts';
import { someAssignment, someGateway } from '../../tests/contract/some-records.ts';
import { connectGateway, type TestPlant, token } from '../../tests/e2e/start-ingest.ts';
import type { Bench } from '../bench.ts';
import { cpuMsOf } from '../process-usage.ts';
import { storeFleet } from '../web/fleet-store.ts';
import { startService } from '../web/start-service.ts';
import { askSteadily } from './asked.ts';
import { Publishers, pointsOfEach } from './publishers.ts';

const machines = 1000;
const gateways = 40;
const samplesPerS = 10_000;
const requestsPerS = 200;
/** All of the load falls on a process that was just started: until its code is compiled and what came meanwhile is answered. */
const warmUpMs = 15_000;

/** Gateways that feed the points of a fleet, a share each. */
const addGateways = async (
  dataDir: string,
): Promise<{ plants: TestPlant[]; points: RecordOf<'measurementPoint'>[] }> => {
  const records = createRecords(pgliteDatabase(join(dataDir, 'records')));
  await records.start(new AbortController().signal);
  const [organisationId] = await records.organisationIds();
  if (!organisationId) throw new Error('a fleet without an organisation');
  const points = await records.list('measurementPoint', organisationId);
  const each = pointsOfEach(samplesPerS, gateways);
  const plants: TestPlant[] = [];
  await records.transact(async (tx) => {
    for (let n = 0; n < gateways; n++) {
      const gateway = someGateway(organisationId, createHash('sha256').update(token).digest('hex'));
      await tx.insert('gateway', gateway);
      const pointIds = points.slice(n * each, (n + 1) * each).map(({ id }) => id);
      for (const pointId of pointIds)
        await tx.insert(
          'pointAssignment',
          someAssignment(organisationId, pointId, gateway.id, { fromMs: 0, toMs: null }),
        );
      plants.push({ organisationId, gatewayId: gateway.id, pointIds });
    }
  });
  await records.stop();
  return { plants, points };
};

/** What a planner's desk asks for: mostly one machine, its curves, now and then the lists. */
const urlsOf = (url: string, organisationId: string, points: readonly RecordOf<'measurementPoint'>[]): string[] => {
  const nowMs = Date.now();
  const times = `fromAt=${isoOf(nowMs - dayMs)}&toAt=${isoOf(nowMs)}`;
  return Array.from({ length: 400 }, (_, n) => {
    const { id, machineId } = points[(n * 37) % points.length] as RecordOf<'measurementPoint'>;
    const paths = [
      ...[apiPaths.machine(organisationId, machineId), apiPaths.machine(organisationId, machineId)],
      `${apiPaths.series(organisationId, machineId)}?pointId=${id}&${times}`,
      ...(n % 10 === 0 ? [apiPaths.decisions(organisationId)] : []),
      ...(n % 20 === 0 ? [apiPaths.fleet(organisationId)] : []),
    ];
    return paths.map((path) => url + path);
  }).flat();
};

const signIn = async (url: string, secret: string): Promise<{ cookie: string; me: MeView }> => {
  const reply = await fetch(url + apiPaths.signIn(), {
    method: 'POST',
    headers: { 'x-kuluma': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ secret }),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return { cookie: reply.headers.get('set-cookie')?.split(';')[0] ?? '', me: (await reply.json()) as MeView };
};

/** Pages' requests to one service with embedded stores, beside what its gateways send. */
export const reads: Bench = async ({ full }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kuluma-bench-reads-'));
  try {
    const secret = await storeFleet(dataDir, machines);
    const { plants, points } = await addGateways(dataDir);
    const service = await startService(dataDir);
    const { cookie, me } = await signIn(service.url, secret);
    const publishers = new Publishers();
    const clients = [];
    for (const plant of plants) clients.push({ client: await connectGateway(service.mqttUrl, plant.gatewayId), plant });
    publishers.start(clients);
    const seconds = full ? 120 : 20;
    const [beganMs, beganCpuMs] = [performance.now(), cpuMsOf(service.pid)];
    const asked = await askSteadily(urlsOf(service.url, me.organisationId, points), cookie, {
      perS: requestsPerS,
      seconds,
      warmUpMs,
    });
    const ranMs = performance.now() - beganMs;
    const perS = (1000 * publishers.acknowledged) / ranMs;
    const cores = (cpuMsOf(service.pid) - beganCpuMs) / ranMs;
    await publishers.stop();
    for (const { client } of clients) await client.endAsync();
    await service.stop();
    return [
      {
        what: `API reads under ${requestsPerS} requests/s beside ${samplesPerS.toLocaleString('en')} samples/s, ${machines} machines`,
        toReach: 'p99 100 ms',
        measured:
          `p50 ${asked.p50Ms.toFixed(0)} ms, p99 ${asked.p99Ms.toFixed(0)} ms, at most ${asked.mostMs.toFixed(0)} ms (in the ${warmUpMs / 1000} s after its start ${asked.warmUpMostMs.toFixed(0)} ms), ${asked.failures} of ${asked.answers + asked.failures} failed; ` +
          `${Math.round(perS).toLocaleString('en')} samples/s acknowledged; the service took ${cores.toFixed(2)} cores`,
        met: asked.p99Ms <= 100 && asked.failures === 0 && perS >= 0.95 * samplesPerS,
        figures: { ...asked, samplesPerS: perS, cores },
      },
    ];
  } finally {
    rmSync(dataDir, { recursive: true });
  }
};
