import { once } from 'node:events';
import { connect } from 'node:net';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { expect, it } from 'vitest';
import { AedesBroker } from './aedes-broker.ts';

it('stops although a connection never said who it is', async () => {
  const handlers = { identify: async () => undefined, take: async () => undefined, trespassed: () => undefined };
  const broker = new AedesBroker({ host: '127.0.0.1', port: 0 }, handlers, createLogger('test', 'silent'));
  await broker.start();
  const socket = connect(broker.port(), '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await broker.stop();
  await ended;
  expect(broker.port()).toBe(0);
});
