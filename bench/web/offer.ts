import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { pictureBounds } from '@kuluma/shared/model/document-words.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildPages } from '../../tests/built-pages.ts';
import { approveOffer, createWorld } from '../../tests/contract/http-world.ts';
import { uploadDocument } from '../../tests/contract/upload-document.ts';
import { serviceAt } from '../../tests/services.ts';
import type { Bench } from '../bench.ts';
import { percentile } from './frames.ts';
import { slowPhone } from './slow-phone.ts';

const mostBytes = 60_000;
const mostMs = 1000;

/** A picture of as many pixels and nearly as many bytes as one of a machine may have. */
const drawPicture = async (browser: Browser): Promise<Buffer> => {
  const page = await browser.newPage();
  const base64 = await page.evaluate(({ pixels, bytes }) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: pixels, height: pixels * 0.75 });
    const paper = canvas.getContext('2d');
    const jpeg = () => canvas.toDataURL('image/jpeg', 0.8).slice('data:image/jpeg;base64,'.length);
    // Shapes upon shapes until one more would be too many.
    let last = jpeg();
    for (let n = 1; n < 5_000; n++) {
      if (paper) paper.fillStyle = `hsl(${(n * 47) % 360} 60% ${20 + ((n * 31) % 60)}%)`;
      paper?.fillRect((n * 97) % pixels, (n * 61) % pixels, 8 + (n % 40), 8 + (n % 23));
      const next = jpeg();
      if ((next.length * 3) / 4 > bytes) return last;
      last = next;
    }
    return last;
  }, pictureBounds);
  await page.close();
  return Buffer.from(base64, 'base64');
};

/** The service with one offer sent, in memory; and the address of its page, on which the machine has its picture. */
const startOffer = async (picture: Buffer) => {
  const pages = buildPages();
  const world = await createWorld(pgliteDatabase(), pages);
  const tenant = await world.tenant({ machines: 2, technicians: 3 });
  await approveOffer(tenant);
  const [offer] = await world.records.list('offer', tenant.organisationId);
  const contact = offer && (await world.records.get('contact', tenant.organisationId, offer.contactId));
  if (!contact) throw new Error('no offer was made');
  const { fileId } = await uploadDocument(tenant, picture, 'machine.jpg');
  await world.add(tenant.organisationId, 'document', {
    ...{ title: 'Picture', number: '', kind: 'picture', language: null, audience: 'owner' },
    subjects: [{ machineModelId: null, machineId: offer.machineId, componentCode: null, page: null }],
    editions: [{ fileId, validFromOn: '2020-01-01' }],
  });
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
  /** Until the picture is there too. */
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
  // It loads lazily, so the page does not wait for it; whoever looks at it does.
  await page.waitForFunction(() => document.images[0]?.complete);
  const times = await page.evaluate(() => ({
    paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    loadMs: Math.max(
      (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).loadEventEnd,
      ...performance.getEntriesByType('resource').map((one) => (one as PerformanceResourceTiming).responseEnd),
    ),
  }));
  return { ...times, bytes, requests };
};

/** The owner's page of an offer on a slow phone: what it weighs, and how long until it stands. */
export const offer: Bench = async ({ full }) => {
  const executablePath = serviceAt('chromium');
  if (!executablePath) throw new Error('chromium is not installed: run "npm run services"');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const service = await startOffer(await drawPicture(browser));
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
        what: 'offer: the page of an owner, with the picture of the machine, on a slow phone',
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
