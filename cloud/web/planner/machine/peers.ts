import { hourMs } from '@kuluma/shared/model/units.ts';
import type { PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import type uPlot from 'uplot';
import { gapsAfter } from './chart-data.ts';
import { drawInside } from './chart-style.ts';
import type { TimeWindow } from './time-window.ts';
import type { Colours } from './uplot-chart.tsx';

/** The choice of all machines of the model, among ids of single ones. */
export const wholeModel = 'model';
export const mostCompared = 4;

/** Query of the peers over a window, on whole hours, so that a small move asks for nothing new. */
export const peersQuery = (pointId: string, { fromMs, toMs }: TimeWindow, compared: readonly string[]) => ({
  pointId,
  fromAt: new Date(Math.floor(fromMs / hourMs) * hourMs).toISOString(),
  toAt: new Date(Math.ceil(toMs / hourMs) * hourMs).toISOString(),
  buckets: '240',
  chosen: compared.filter((one) => one !== wholeModel).join(),
});

/** Runs of buckets without a gap between them, as positions in `index`. */
export const runsOf = (index: readonly number[]): number[][] => {
  const gaps = gapsAfter(index);
  const runs: number[][] = [[]];
  index.forEach((_, i) => {
    runs.at(-1)?.push(i);
    if (gaps.has(i)) runs.push([]);
  });
  return runs.filter((run) => run.length > 0);
};

/** Dashes tell compared machines apart, in the order in which they are told. */
const dashes = [
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
  [12, 4],
] as const;

/** Behind the line: P10 to P90 of the model's other machines with their median, and the means of chosen ones with their tags. */
export const drawPeers = (u: uPlot, peers: PeersView, withBand: boolean, colours: Colours): void =>
  drawInside(u, (ctx) => {
    const fromMs = Date.parse(peers.fromAt);
    const x = (bucket: number) => u.valToPos((fromMs + (bucket + 0.5) * peers.bucketMs) / 1000, 'x', true);
    const y = (value: number) => u.valToPos(value, 'y', true);
    const trace = (index: readonly number[], values: readonly number[], positions: readonly number[]) => {
      for (const i of positions) ctx.lineTo(x(index[i] ?? 0), y(values[i] ?? 0));
    };
    const line = (index: readonly number[], values: readonly number[]) => {
      for (const run of runsOf(index)) {
        ctx.beginPath();
        trace(index, values, run);
        ctx.stroke();
      }
    };
    ctx.lineWidth = devicePixelRatio;
    ctx.strokeStyle = colours('ink-soft');
    if (withBand) {
      ctx.fillStyle = colours('line');
      for (const run of runsOf(peers.index)) {
        ctx.beginPath();
        trace(peers.index, peers.p90, run);
        trace(peers.index, peers.p10, run.toReversed());
        ctx.fill();
      }
      line(peers.index, peers.p50);
    }
    ctx.fillStyle = colours('ink-soft');
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    for (const [n, { index, mean, tag }] of peers.chosen.entries()) {
      ctx.setLineDash((dashes[n % dashes.length] ?? []).map((px) => px * devicePixelRatio));
      line(index, mean);
      const [last, value] = [index.at(-1), mean.at(-1)];
      if (last !== undefined && value !== undefined) ctx.fillText(tag, x(last), y(value) - 3 * devicePixelRatio);
    }
  });
