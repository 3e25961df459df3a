import { rmSync } from 'node:fs';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import type { Page } from 'playwright-core';
import { buildPages } from '../../tests/built-pages.ts';
import { createWorld } from '../../tests/contract/http-world.ts';
import { PocketPhone } from '../../tests/pocket-phone.ts';
import { serviceAt } from '../../tests/services.ts';
import { createVisitService } from '../../tests/visit-service.ts';
import type { Bench, Row } from '../bench.ts';
import { percentile } from './frames.ts';
import { slowPhone } from './slow-phone.ts';

const mostMs = 1000;

/** A phone that knows its day, and no service any more that it could ask. */
const startPhone = async () => {
  const pages = buildPages();
  const world = await createWorld(pgliteDatabase(), pages);
  const phone = new PocketPhone();
  const stop = async () => {
    await phone.throwAway();
    await world.stop();
    rmSync(pages, { recursive: true, force: true });
  };
  try {
    const service = await createVisitService(world);
    await service.start();
    await phone.meet(service);
    const page = await phone.start();
    await page.goto(service.home);
    const installing = await page.context().newCDPSession(page);
    const { installabilityErrors } = await installing.send('Page.getInstallabilityErrors');
    const { errors } = await installing.send('Page.getAppManifest');
    await service.stop();
    return {
      page,
      home: service.home,
      obstacles: [...installabilityErrors.map(({ errorId }) => errorId), ...errors.map(({ message }) => message)],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * From the tap on the app to its day, in ms: a page of its own, whose service worker does not run yet.
 * @param cpuRate how many times slower than here the processor is
 */
const coldStartMs = async (near: Page, home: string, cpuRate: number): Promise<number> => {
  const page = await near.context().newPage();
  const phone = await page.context().newCDPSession(page);
  await phone.send('ServiceWorker.enable');
  await phone.send('ServiceWorker.stopAllWorkers');
  await phone.send('Emulation.setCPUThrottlingRate', { rate: cpuRate });
  await page.goto(home, { waitUntil: 'commit' });
  const readyMs = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = () => {
          const isReady = document.querySelector('.visit-card') !== null;
          requestAnimationFrame(isReady ? () => done(performance.now()) : look);
        };
        look();
      }),
  );
  await page.close();
  return readyMs;
};

const startRow = (what: string, times: readonly number[]): Row => {
  const [medianMs, worstMs] = [percentile(times, 0.5), Math.max(...times)];
  return {
    what: `technician: the app from the phone, ${what}, with no service`,
    toReach: 'shows the day within 1 s',
    measured: `median ${medianMs.toFixed(0)} ms, worst ${worstMs.toFixed(0)} ms of ${times.length}`,
    met: medianMs <= mostMs,
    figures: { medianMs, worstMs, starts: times.length },
  };
};

/** The technician's app with the service gone: how long until the day stands, and whether a phone can install it. */
export const technician: Bench = async ({ full }) => {
  if (!serviceAt('chromium')) throw new Error('chromium is not installed: run "npm run services"');
  const { page, home, obstacles, stop } = await startPhone();
  try {
    const starts = async (cpuRate: number): Promise<number[]> => {
      const times: number[] = [];
      for (let n = 0; n < (full ? 25 : 9); n++) times.push(await coldStartMs(page, home, cpuRate));
      return times;
    };
    return [
      startRow("at this processor's speed", await starts(1)),
      startRow('at a quarter of it', await starts(slowPhone.cpuRate)),
      {
        what: 'technician: the app can be installed',
        toReach: 'nothing that Chromium objects to',
        measured: obstacles.length === 0 ? 'nothing' : obstacles.join(', '),
        met: obstacles.length === 0,
        figures: { obstacles: obstacles.length },
      },
    ];
  } finally {
    await stop();
  }
};
