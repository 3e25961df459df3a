import 'uplot/dist/uPlot.min.css';
import './uplot-chart.css';
import { useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useIsDark } from '../../parts/theme.ts';
import { useWidth } from '../../parts/use-width.ts';
import type { Columns } from './chart-data.ts';
import type { TimeWindow } from './time-window.ts';

export type Colours = (name: string) => string;
export type ChartOptions = (colours: Colours) => Omit<uPlot.Options, 'width' | 'height'>;

/** The plotting area starts and ends at the same pixel in every chart, so that their time axes align. */
export const axisWidthPx = 56;
export const rightPadPx = 24;

/** A canvas sees no custom properties: ask an element what a token means in the theme of the moment. */
const coloursOf = (element: HTMLElement): Colours => {
  const probe = document.createElement('span');
  element.append(probe);
  const known = new Map<string, string>();
  return (name) => {
    const colour = known.get(name);
    if (colour !== undefined) return colour;
    probe.style.color = `var(--${name})`;
    const asked = getComputedStyle(probe).color;
    known.set(name, asked);
    return asked;
  };
};

const secondsOf = ({ fromMs, toMs }: TimeWindow): [number, number] => [fromMs / 1000, toMs / 1000];

/**
 * A uPlot chart of a window of time that follows its width, the theme and its data. Window and data change without making
 * it anew; `build` is called again only when `identity` changes, what is drawn beside the lines is asked for each time.
 */
export const UplotChart = ({
  data,
  window,
  yRange,
  height,
  build,
  identity,
  drawUnder,
  draw,
  onHover,
}: {
  data: Columns;
  window: TimeWindow;
  yRange: readonly [number, number];
  height: number;
  build: ChartOptions;
  identity: string;
  /** Draws below grid and lines, each time that they are drawn. */
  drawUnder?: (u: uPlot, colours: Colours) => void;
  /** Draws over them. */
  draw: (u: uPlot, colours: Colours) => void;
  /** Row under the pointer; null when it has left. */
  onHover?: (row: number | null) => void;
}) => {
  const [frame, width] = useWidth<HTMLDivElement>();
  const isDark = useIsDark();
  const chart = useRef<uPlot | null>(null);
  const latest = useRef({ build, data, window, yRange, drawUnder, draw, onHover });
  latest.current = { build, data, window, yRange, drawUnder, draw, onHover };

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and identity decide when the chart is made anew
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || width === 0) return;
    const colours = coloursOf(element);
    const { scales, hooks, ...options } = latest.current.build(colours);
    const made = new uPlot(
      {
        ...options,
        width,
        height,
        scales: {
          ...scales,
          x: { time: true, range: () => secondsOf(latest.current.window) },
          y: { range: () => [...latest.current.yRange] },
        },
        hooks: {
          ...hooks,
          drawClear: [(u) => latest.current.drawUnder?.(u, colours)],
          draw: [(u) => latest.current.draw(u, colours)],
          setCursor: [(u) => latest.current.onHover?.(u.cursor.idx ?? null)],
        },
      },
      latest.current.data as uPlot.AlignedData,
      element,
    );
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [width > 0, height, isDark, identity]);

  useLayoutEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);

  const [low, high] = yRange;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the y range is read when x is set; what is drawn on top moves with `draw`
  useLayoutEffect(() => {
    const u = chart.current;
    u?.batch(() => {
      if (u.data !== (data as uPlot.AlignedData)) u.setData(data as uPlot.AlignedData, false);
      const [min, max] = secondsOf(window);
      u.setScale('x', { min, max });
    });
  }, [data, window.fromMs, window.toMs, low, high, draw, drawUnder]);

  return <div ref={frame} className="chart" style={{ minHeight: height }} aria-hidden="true" />;
};
