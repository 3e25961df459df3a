import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { chromium, type Page } from 'playwright-core';
import { buildPages } from '../../tests/built-pages.ts';
import { approveOffer, createWorld } from '../../tests/contract/http-world.ts';
import { serviceAt } from '../../tests/services.ts';
import type { Bench } from '../bench.ts';
import { percentile } from './frames.ts';

const mostBytes = 60_000;
const mostMs = 1000;

/** Lighthouse's phone: slow 4G (1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back) and a quarter of this processor. */
const slowPhone = { latencyMs: 150, downBytesPerS: 1_600_000 / 8, upBytesPerS: 750_000 / 8, cpuRate: 4 };

/** The service with one offer sent, in memory; and the address of its page. */
const startOffer = async () => {
  const pages = buildPages();
  const world = await createWorld(pgliteDatabase(), pages);
  const tenant = await world.tenant({ machines: 2, technicians: 3 });
  await approveOffer(tenant);
  const [offer] = await world.records.list('offer', tenant.organisationId);
  const contact = offer && (await world.records.get('contact', tenant.organisationId, offer.contactId));
  if (!contact) throw new Error('no offer was made');
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = world.app.server.address() as AddressInfo;
  const { open } = await letterLinks(world.deps)(contact, { offerId: offer.id });
  return {
    url: `http://127.0.0.1:${port}/offer/${open}`,
    stop: async () => {
      await world.stop();
      rmSync(pages, { recursive: true, force: true });
    },
  };
};

interface Visit {
  /** Until the first words stand. */
  readonly paintMs: number;
  readonly loadMs: number;
  readonly bytes: number;
  readonly requests: number;
}

/** One visit of a phone that has never been there. */
const visitAs = async (page: Page, url: string): Promise<Visit> => {
  const phone = await page.context().newCDPSession(page);
  await phone.send('Network.enable');
  await phone.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slowPhone.latencyMs,
    downloadThroughput: slowPhone.downBytesPerS,
    uploadThroughput: slowPhone.upBytesPerS,
  });
  await phone.send('Emulation.setCPUThrottlingRate', { rate: slowPhone.cpuRate });
  let bytes = 0;
  let requests = 0;
  phone.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests++;
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const times = await page.evaluate(() => ({
    paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    loadMs: (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).loadEventEnd,
  }));
  return { ...times, bytes, requests };
};

/** The owner's page of an offer on a slow phone: what it weighs, and how long until it stands. */
export const offer: Bench = async ({ full }) => {
  const executablePath = serviceAt('chromium');
  if (!executablePath) throw new Error('chromium is not installed: run "npm run services"');
  const service = await startOffer();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const visits: Visit[] = [];
    for (let n = 0; n < (full ? 25 : 9); n++) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'fi-FI' });
      visits.push(await visitAs(await context.newPage(), service.url));
      await context.close();
    }
    const loads = visits.map(({ loadMs }) => loadMs);
    const bytes = Math.max(...visits.map((visit) => visit.bytes));
    const loadMs = percentile(loads, 0.5);
    return [
      {
        what: 'offer: the page of an owner on a slow phone',
        toReach: 'at most 60 kB, and stands within 1 s',
        measured: `${(bytes / 1000).toFixed(1)} kB, median ${loadMs.toFixed(0)} ms`,
        met: bytes <= mostBytes && loadMs <= mostMs,
        figures: {
          bytes,
          requests: Math.max(...visits.map(({ requests }) => requests)),
          p50PaintMs: percentile(
            visits.map(({ paintMs }) => paintMs),
            0.5,
          ),
          p50LoadMs: loadMs,
          worstLoadMs: Math.max(...loads),
          visits: visits.length,
        },
      },
    ];
  } finally {
    await browser.close();
    await service.stop();
  }
};
