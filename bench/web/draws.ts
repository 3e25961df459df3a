import type { Page } from 'playwright-core';

/** How long after a gesture the charts showed it, in ms. */
export interface Answer {
  /** Drawn from what was there already. */
  readonly drawnMs: number;
  /** Drawn in the buckets that the width asks for. */
  readonly fineMs: number;
}

interface Watch {
  gestureMs: number;
  draws: number[];
  fineMs: number;
  isFine: boolean;
}

/** Runs in the page: notes gestures, each clearing of a canvas (a chart draws anew), and when the time line has all its data. */
const watchPage = (): void => {
  const watch: Watch = { gestureMs: 0, draws: [], fineMs: 0, isFine: false };
  Object.assign(window, { watch });
  for (const kind of ['wheel', 'pointermove'])
    window.addEventListener(kind, (event) => Object.assign(watch, { gestureMs: event.timeStamp, draws: [] }), {
      capture: true,
    });
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...args) {
    clear.apply(this, args);
    // What is drawn now is on the screen by the next frame.
    requestAnimationFrame(() => watch.draws.push(performance.now()));
  };
  const isFine = () => document.querySelector('.time-line')?.getAttribute('aria-busy') === 'false';
  new MutationObserver(() => {
    const now = isFine();
    if (now && !watch.isFine) requestAnimationFrame(() => Object.assign(watch, { fineMs: performance.now() }));
    watch.isFine = now;
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['aria-busy'] });
};

export const watchDraws = async (page: Page): Promise<void> => {
  await page.addInitScript(watchPage);
};

/** Resolves when the page shows what it has and waits for no answer. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('.time-line[aria-busy="false"]').waitFor();
  await page.waitForTimeout(450);
};

/** What the last gesture of the page came to, once all is drawn. */
export const answerOf = async (page: Page): Promise<Answer> => {
  await page.waitForTimeout(50);
  await settled(page);
  return page.evaluate(() => {
    const { watch } = window as unknown as { watch: Watch };
    const { gestureMs, draws, fineMs } = watch;
    const drawnMs = (draws[0] ?? Number.NaN) - gestureMs;
    return { drawnMs, fineMs: fineMs > gestureMs ? fineMs - gestureMs : drawnMs };
  });
};
