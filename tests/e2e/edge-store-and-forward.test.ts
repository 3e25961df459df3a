import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { Broker } from './edge-broker.ts';
import { CountingDevice, Ledger, type RunningAgent, runAgent, until, writeAgentConfig } from './edge-harness.ts';

describe('an agent whose broker comes and goes', () => {
  let device: CountingDevice;
  let ledger: Ledger;
  let broker: Broker;
  let agent: RunningAgent | undefined;
  let dir = '';
  let mqttPort = 0;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-edge-'));
    mqttPort = await freePort();
    device = new CountingDevice();
    ledger = new Ledger();
    broker = new Broker(ledger);
  });
  afterEach(async () => {
    await agent?.end('SIGKILL');
    device.stop();
    await broker.stop();
    await rm(dir, { recursive: true });
  });

  const startAgent = async () => {
    const devicePort = await device.start();
    const config = await writeAgentConfig(dir, { devicePort, mqttPort, scanMs: 5 });
    agent = await runAgent(config);
    return { agent, config };
  };
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('loses and doubles nothing over broker restarts, also when batches arrived but no PUBACK came back', async () => {
    const { agent } = await startAgent();
    await until('samples wait with no broker there', () => device.served > 30);
    await broker.start(mqttPort);
    await until('the backlog came', () => ledger.values.length > 30);
    broker.isSilent = true;
    const heard = ledger.received;
    await until('batches came that were not acknowledged', () => ledger.received > heard + 5);
    await broker.stop();
    const served = device.served;
    await until('it polls on without a broker', () => device.served > served + 30);
    broker.isSilent = false;
    await broker.start(mqttPort);
    await until('the live samples came again', () => ledger.values.length > served + 30);
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(ledger.values).toEqual(upTo(device.served));
    expect(agent.lines.at(-1)).toMatchObject({ read: device.served, acked: device.served, waitingRecords: 0 });
    expect(broker.states.every((state) => isValid(GatewayState, state))).toBe(true);
    expect(broker.states.at(-1)).toMatchObject({ online: false });
  });

  it('doubles nothing when the agent itself is killed, and sends what it had accepted', async () => {
    const { agent: first, config } = await startAgent();
    await until('samples wait in the outbox', () => device.served > 60);
    await first.end('SIGKILL');
    const servedToFirst = device.served;
    agent = await runAgent(config);
    await broker.start(mqttPort);
    await until('the new samples came', () => ledger.values.some((value) => value > servedToFirst + 20));
    expect(await agent.end('SIGTERM')).toBe(0);
    const values = ledger.values;
    const second = values.filter((value) => value >= servedToFirst);
    expect(second).toEqual(upTo(device.served).slice(servedToFirst));
    const kept = values.filter((value) => value < servedToFirst);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(upTo(kept.length));
  });

  it('refuses to run twice on one data folder', async () => {
    const { config } = await startAgent();
    const second = await runAgent(config);
    expect(second.process.exitCode).toBe(1);
    expect(second.lines).toEqual([]);
  });
});
