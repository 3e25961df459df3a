import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { serviceAt } from './services.ts';

/** The system's Chromium, asking nobody for anything. @param more arguments for it */
export const launchOptions = (...more: string[]) => ({
  executablePath: serviceAt('chromium') ?? '',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    ...more,
  ],
});

/** @param more arguments for it */
export const startBrowser = (...more: string[]): Promise<Browser> => chromium.launch(launchOptions(...more));

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** WCAG 2.2 A and AA. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Until what moves or fades in has arrived: a colour in between is nobody's. What moves without end is left alone. */
const stands = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });

/** What axe finds wrong on a page, one line each. @param more tags of rules beside WCAG 2.2 A and AA */
export const violationsOn = async (page: Page, ...more: string[]): Promise<string[]> => {
  await stands(page);
  // Once for each document: half a megabyte of script.
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const run = `axe.run(document, ${JSON.stringify({ runOnly: [...rules, ...more], resultTypes: ['violations'] })})`;
  const { violations } = await page.evaluate<AxeResult>(run);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
};

/** How far a page runs out of its window sideways, in CSS px. */
export const sidewaysOn = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Times of day, and ranges of them, that stand on more than one line of a page. */
export const brokenTimesOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const broken: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
      for (const { 0: time, index } of node.textContent?.matchAll(
        /(?<![\d.])\d{1,2}[.:]\d\d(?:\u2060?–\u2060?\d{1,2}[.:]\d\d)?(?![\d.])/g,
      ) ?? []) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + time.length);
        const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => top));
        if (lines.size > 1) broken.push(time);
      }
    return broken;
  });
