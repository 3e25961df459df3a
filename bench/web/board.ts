import type { Page } from 'playwright-core';
import type { Bench } from '../bench.ts';
import { percentile, recordFrames } from './frames.ts';
import { startDesk } from './start-desk.ts';

const frameMs = 1000 / 60;
const mostScriptMs = 16;

/** Over the rows and back, as a planner does who looks for a place: a circle that never leaves the board. */
const circle = (turn: number) => ({ x: 760 + 360 * Math.cos(turn), y: 470 + 220 * Math.sin(turn) });

/** Picks a visit up and waits until its places are shown. */
const pickUp = async (page: Page): Promise<void> => {
  const bar = page.locator('.board-bar[data-state="booked"]').nth(12);
  await bar.scrollIntoViewIfNeeded();
  const box = await bar.boundingBox();
  if (!box) throw new Error('the board shows no visit that can be moved');
  await page.mouse.move(box.x + 4, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(circle(0).x, circle(0).y, { steps: 5 });
  await page.locator('.board-shade').first().waitFor();
};

/** Moves the pointer once a frame; what the page does with it is its own time. */
const dragAround = async (page: Page, moves: number): Promise<void> => {
  const startedMs = performance.now();
  for (let i = 0; i < moves; i++) {
    const { x, y } = circle((i / 120) * 2 * Math.PI);
    await page.mouse.move(x, y);
    const restMs = startedMs + (i + 1) * frameMs - performance.now();
    if (restMs > 0) await new Promise((done) => setTimeout(done, restMs));
  }
};

/** A drag over a board of 60 technicians and two weeks, with the places, the price and the conflicts shown. */
export const board: Bench = async ({ full }) => {
  const desk = await startDesk();
  try {
    const page = await desk.open('board', { width: 1440, height: 900 });
    await page.locator('.board-bar').first().waitFor();
    await page.locator('.mantine-SegmentedControl-label').nth(2).click();
    await page.locator('.board-day').nth(13).waitFor();
    await pickUp(page);
    const moves = full ? 1200 : 360;
    let elapsedMs = 0;
    const frames = await recordFrames(page, async () => {
      const startedMs = performance.now();
      await dragAround(page, moves);
      elapsedMs = performance.now() - startedMs;
    });
    const entries = await page.locator('.board-bar').count();
    await page.mouse.up();
    const script = frames.map(({ scriptMs }) => scriptMs);
    const p95ScriptMs = percentile(script, 0.95);
    const p95WholeMs = percentile(
      frames.map(({ scriptMs, renderMs }) => scriptMs + renderMs),
      0.95,
    );
    const framesPerSecond = (frames.length / elapsedMs) * 1000;
    return [
      {
        what: 'board: drag with conflicts and price shown',
        toReach: '60 frames a second, p95 under 16 ms of script',
        measured: `${framesPerSecond.toFixed(0)} frames a second, p95 ${p95ScriptMs.toFixed(1)} ms of script`,
        met: p95ScriptMs < mostScriptMs && framesPerSecond >= 59,
        figures: {
          p50ScriptMs: percentile(script, 0.5),
          p95ScriptMs,
          mostScriptMs: Math.max(...script),
          p95ScriptAndRenderMs: p95WholeMs,
          framesPerSecond,
          frames: frames.length,
          moves,
          entriesDrawn: entries,
        },
      },
    ];
  } finally {
    await desk.stop();
  }
};
