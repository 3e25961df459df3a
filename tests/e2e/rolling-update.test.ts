import { setTimeout as pause } from 'node:timers/promises';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../services.ts';
import { letterOf } from './letters.ts';
import { RoleProcess, type SharedServers, startSharedServers } from './role-processes.ts';
import { addPlant, type TestPlant } from './start-ingest.ts';

const title = 'a rolling update of two processes of each role';
const suites = (['mosquitto', 'influxd', 'postgresql'] as const).map((service) => needs(service, title));
const suite = suites.find(({ skip }) => skip) ?? { skip: false, title };
const firstAtMs = Date.UTC(2026, 10, 1);

/** A proxy asks the next process where one takes no connection, as none of its requests can have begun there. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';

describe.skipIf(suite.skip)(suite.title, () => {
  let servers: SharedServers;
  let plant: TestPlant;
  const processes: RoleProcess[] = [];

  beforeAll(async () => {
    servers = await startSharedServers();
    plant = await addPlant(servers.records, 1);
    for (const role of ['api', 'api', 'ingest', 'ingest', 'worker'] as const)
      processes.push(await RoleProcess.start(servers, role, `${role}-${processes.length}`, { HTTP__LEAVE_SEC: '1' }));
  }, 120_000);
  afterAll(async () => {
    for (const one of processes) await one.end('SIGKILL');
    await servers.stop();
  });

  /** A planner's cookie, from a link as the first planner gets it. */
  const signIn = async (url: string, organisationId: TestPlant['organisationId']): Promise<string> => {
    const base = <K extends 'organisation' | 'person'>(kind: K) =>
      freshBase(kind, {
        ...{ organisationId, createdBy: { kind: 'policy', name: 'test' }, nowMs: Date.now(), random: secureRandom },
      });
    const person = { ...base('person'), name: 'Paula', email: 'p@example.com', phone: '1', language: 'fi' } as const;
    await servers.records.transact(async (tx) => {
      await tx.insert('person', { ...person, roles: ['planner'] });
      await tx.insert('organisation', {
        ...{ ...base('organisation'), id: organisationId, name: 'Service Oy', timeZone: 'Europe/Helsinki' },
      });
    });
    const deps = { records: servers.records, random: secureRandom, clock: clockOf(Date.now), wallNow: Date.now };
    const who = { organisationId, personId: person.id, contactId: null, roles: ['planner' as const] };
    const secret = await createSignInLink(deps, who, hourMs);
    const answer = await fetch(url + apiPaths.signIn(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-kuluma': '1' },
      body: JSON.stringify({ secret }),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };

  it('fails no request and loses no sample, while each is stopped and started again under load', async () => {
    const { organisationId, gatewayId, pointIds } = plant;
    const [pointId] = pointIds;
    if (!pointId) throw new Error('no point');
    const apis = processes.filter(({ role }) => role === 'api').map(({ url }) => url);
    // Signed in at one, known to both.
    const cookie = await signIn(apis[0] ?? '', organisationId);
    const outcomes = new Map<string, number>();
    let isOver = false;
    const ask = async (n: number): Promise<void> => {
      for (let i = n; !isOver; i++) {
        const asked = [apis[i % 2], apis[(i + 1) % 2]];
        for (const url of asked)
          try {
            const answer = await fetch(url + apiPaths.fleet(organisationId), { headers: { cookie } });
            await answer.text();
            outcomes.set(String(answer.status), (outcomes.get(String(answer.status)) ?? 0) + 1);
            break;
          } catch (error) {
            if (isRefused(error) && url === asked[0]) continue;
            outcomes.set(String((error as Error).cause ?? error), 1);
            break;
          }
        await pause(20);
      }
    };
    const client = await connectAsync(servers.mosquitto.url, { clientId: gatewayId });
    let sent = 0;
    const send = async (): Promise<void> => {
      for (; !isOver; sent++) {
        const sample = { pointId, sampledAtMs: firstAtMs + sent * 1000, value: sent, quality: 'good' as const };
        const letter = letterOf({ gatewayId, epoch: 1, class: 'live', seq: sent }, [sample]);
        await client.publishAsync(topicOf(organisationId, gatewayId, 'live'), letter, { qos: 1 });
        await pause(5);
      }
    };
    const load = [send(), ...[0, 1, 2, 3].map(ask)];
    const codes: (number | null)[] = [];
    for (const one of processes) {
      await pause(500);
      codes.push(await one.end('SIGTERM'));
      await one.restart();
    }
    await pause(500);
    isOver = true;
    await Promise.all(load);
    await client.endAsync();
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect([...outcomes.keys()]).toEqual(['200']);
    expect(outcomes.get('200')).toBeGreaterThan(100);
    expect(sent).toBeGreaterThan(200);
    const range = { organisationId, pointId, fromMs: 0, toMs: firstAtMs * 2 };
    await vi.waitFor(async () => expect(await servers.series.count(range)).toBe(sent), {
      timeout: 30_000,
      interval: 250,
    });
  });
});
