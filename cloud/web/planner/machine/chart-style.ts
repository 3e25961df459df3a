import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import uPlot from 'uplot';
import type { Words } from '../../parts/words.ts';
import { minuteOfDay } from '../board/zone-time.ts';
import { axisWidthPx, type Colours, rightPadPx } from './uplot-chart.tsx';

const font = '12px system-ui, sans-serif';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** uPlot sets steps of 30 days and of 365 on the first of a month or a year. */
const month = 30 * day;

/** Steps between the marks of a time axis, in seconds. */
const steps = [
  ...[1, 5, 10, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 4, 7, 14].map((n) => n * day),
  ...[1, 2, 3, 6].map((n) => n * month),
  365 * day,
];

/** What a mark of the axis says: the time of day, at midnight the day, and for long steps the month or the year. */
const axisTexts = (words: Words, timeZone: string) => {
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(words.locale, { timeZone, ...options });
  const english = words.language === 'en';
  const second = dates({
    ...{ minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    hour: english ? '2-digit' : 'numeric',
  });
  const dayMonth = dates({ day: 'numeric', month: english ? 'short' : 'numeric' });
  const monthYear = dates({ month: english ? 'short' : 'numeric', year: 'numeric' });
  return (seconds: number, step: number): string => {
    const ms = seconds * 1000;
    if (step >= month) return monthYear.format(ms);
    if (step >= day) return dayMonth.format(ms);
    const isMidnight = ms % minuteMs === 0 && minuteOfDay(ms, timeZone) === 0;
    if (isMidnight) return dayMonth.format(ms);
    return step < minute ? second.format(ms) : words.time(ms, timeZone);
  };
};

/** What all charts of a machine share: one time axis in the site's zone, quiet grid, a synchronised cursor. */
export const sharedStyle = (
  words: Words,
  colours: Colours,
  timeZone: string,
): Pick<uPlot.Options, 'cursor' | 'legend' | 'padding' | 'tzDate' | 'axes'> => {
  const grid = { stroke: colours('grid'), width: 1 };
  const textOf = axisTexts(words, timeZone);
  return {
    cursor: { sync: { key: 'machine' }, y: false, points: { show: false }, drag: { x: false, y: false } },
    legend: { show: false },
    padding: [12, rightPadPx, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    axes: [
      {
        font,
        stroke: colours('ink-soft'),
        grid,
        ticks: { show: false },
        size: 28,
        space: 72,
        incrs: steps,
        values: (_u, splits, _axis, _space, step) => splits.map((seconds) => textOf(seconds, step)),
      },
      {
        font,
        stroke: colours('ink-soft'),
        grid,
        ticks: { show: false },
        size: axisWidthPx,
        space: 36,
        values: (_u, splits, _axis, _space, step) => {
          const digits = Math.min(3, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
          return splits.map((value) => words.number(value, digits));
        },
      },
    ],
  };
};

/** Draws within the plotting area; what lies outside of it is cut off. */
export const drawInside = (u: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void => {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
};

const verticalAt = (u: uPlot, ctx: CanvasRenderingContext2D, ms: number): number => {
  const at = u.valToPos(ms / 1000, 'x', true);
  ctx.beginPath();
  ctx.moveTo(at, u.bbox.top);
  ctx.lineTo(at, u.bbox.top + u.bbox.height);
  ctx.stroke();
  return at;
};

/** Words that stay readable over lines and bands. */
const writeOver = (ctx: CanvasRenderingContext2D, text: string, x: number, y: number, colours: Colours): void => {
  ctx.strokeStyle = colours('surface');
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
};

const textSize = () => `${12 * devicePixelRatio}px system-ui, sans-serif`;

/** The now-line with its word. */
export const drawNow = (u: uPlot, nowMs: number, label: string, colours: Colours): void =>
  drawInside(u, (ctx) => {
    ctx.strokeStyle = colours('ink');
    ctx.fillStyle = colours('ink');
    ctx.lineWidth = devicePixelRatio;
    const at = verticalAt(u, ctx, nowMs);
    ctx.font = `600 ${textSize()}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    writeOver(ctx, label, at + 5 * devicePixelRatio, u.bbox.top + devicePixelRatio, colours);
  });

/** When a failure is expected: from P05 to P95 light, from P10 to P90 darker, the median a line. */
export const drawFailure = (u: uPlot, failureMs: (quantile: keyof Quantiles) => number, colours: Colours): void =>
  drawInside(u, (ctx) => {
    const { bbox } = u;
    const x = (ms: number) => u.valToPos(ms / 1000, 'x', true);
    const fill = (from: keyof Quantiles, to: keyof Quantiles, colour: string) => {
      const left = x(failureMs(from));
      ctx.fillStyle = colours(colour);
      ctx.fillRect(left, bbox.top, Math.max(x(failureMs(to)) - left, devicePixelRatio), bbox.height);
    };
    fill('p05', 'p95', 'band-light');
    fill('p10', 'p90', 'band-dark');
    ctx.strokeStyle = colours('accent');
    ctx.lineWidth = 2 * devicePixelRatio;
    verticalAt(u, ctx, failureMs('p50'));
  });

/** Words beside the median of a failure, on the side that has room for them. */
export const drawFailureWords = (u: uPlot, medianMs: number, label: string, colours: Colours): void =>
  drawInside(u, (ctx) => {
    const { bbox } = u;
    const at = u.valToPos(medianMs / 1000, 'x', true);
    ctx.fillStyle = colours('ink');
    ctx.font = textSize();
    ctx.textBaseline = 'bottom';
    const isRight = at + ctx.measureText(label).width + 6 * devicePixelRatio < bbox.left + bbox.width;
    ctx.textAlign = isRight ? 'left' : 'right';
    const [x, y] = [at + (isRight ? 6 : -6) * devicePixelRatio, bbox.top + bbox.height - 4 * devicePixelRatio];
    // On its own band the words need nothing behind them.
    if (isRight) ctx.fillText(label, x, y);
    else writeOver(ctx, label, x, y, colours);
  });

/** Where on the axis the mark that is pointed at happened. */
export const drawMark = (u: uPlot, ms: number, colours: Colours): void =>
  drawInside(u, (ctx) => {
    ctx.strokeStyle = colours('ink-soft');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    verticalAt(u, ctx, ms);
  });

/** A limit as a dashed line that carries its own name; one that is out of sight is named at the edge that it lies beyond. */
export const drawLimit = (u: uPlot, value: number, label: string, colours: Colours): void =>
  drawInside(u, (ctx) => {
    const { bbox } = u;
    const at = u.valToPos(value, 'y', true);
    const [isAbove, isBelow] = [at < bbox.top, at > bbox.top + bbox.height];
    ctx.strokeStyle = colours('critical');
    ctx.fillStyle = colours('critical');
    ctx.font = textSize();
    ctx.textAlign = 'left';
    ctx.textBaseline = isAbove ? 'top' : 'bottom';
    const left = bbox.left + 6 * devicePixelRatio;
    if (isAbove) ctx.fillText(`\u2191 ${label}`, left, bbox.top + 2 * devicePixelRatio);
    else if (isBelow) ctx.fillText(`\u2193 ${label}`, left, bbox.top + bbox.height - 2 * devicePixelRatio);
    else {
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, at);
      ctx.lineTo(bbox.left + bbox.width, at);
      ctx.stroke();
      ctx.fillText(label, left, at - 2 * devicePixelRatio);
    }
  });
