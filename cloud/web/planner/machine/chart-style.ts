import uPlot from 'uplot';
import type { Words } from '../../parts/words.ts';
import { axisWidthPx, type Colours, rightPadPx } from './uplot-chart.tsx';

const font = '12px system-ui, sans-serif';

/** What all charts of a machine share: one time axis in the site's zone, quiet grid, a synchronised cursor. */
export const sharedStyle = (
  words: Words,
  colours: Colours,
  axis: { fromMs: number; toMs: number; timeZone: string },
): Pick<uPlot.Options, 'cursor' | 'legend' | 'padding' | 'tzDate'> & { x: uPlot.Scale; axes: uPlot.Axis[] } => {
  const grid = { stroke: colours('line'), width: 1 };
  const dayMonth = new Intl.DateTimeFormat(words.locale, {
    timeZone: axis.timeZone,
    day: 'numeric',
    month: words.language === 'en' ? 'short' : 'numeric',
  });
  return {
    cursor: { sync: { key: 'machine' }, y: false, points: { show: false }, drag: { x: false, y: false } },
    legend: { show: false },
    padding: [12, rightPadPx, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), axis.timeZone),
    x: { time: true, range: [axis.fromMs / 1000, axis.toMs / 1000] },
    axes: [
      {
        font,
        stroke: colours('ink-soft'),
        grid,
        ticks: { show: false },
        size: 28,
        space: 72,
        incrs: [86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 56 * 86_400],
        values: (_, splits) => splits.map((seconds) => dayMonth.format(seconds * 1000)),
      },
      {
        font,
        stroke: colours('ink-soft'),
        grid,
        ticks: { show: false },
        size: axisWidthPx,
        space: 36,
        values: (_, splits) => splits.map((value) => words.number(value, splits.some((v) => v % 1 !== 0) ? 1 : 0)),
      },
    ],
  };
};

/** The future's ground and the now-line with its word. */
export const drawNow = (u: uPlot, nowMs: number, label: string, colours: Colours): void => {
  const { ctx, bbox } = u;
  const at = u.valToPos(nowMs / 1000, 'x', true);
  ctx.save();
  ctx.strokeStyle = colours('ink');
  ctx.fillStyle = colours('ink');
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(label, at + 5 * devicePixelRatio, bbox.top + devicePixelRatio);
  ctx.restore();
};

/** A limit as a dashed line that carries its own name. */
export const drawLimit = (u: uPlot, value: number, label: string, colours: Colours): void => {
  const { ctx, bbox } = u;
  const at = u.valToPos(value, 'y', true);
  if (at < bbox.top || at > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colours('critical');
  ctx.fillStyle = colours('critical');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, at);
  ctx.lineTo(bbox.left + bbox.width, at);
  ctx.stroke();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillText(label, bbox.left + 6 * devicePixelRatio, at - 2 * devicePixelRatio);
  ctx.restore();
};
