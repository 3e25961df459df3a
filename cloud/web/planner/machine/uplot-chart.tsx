import 'uplot/dist/uPlot.min.css';
import './uplot-chart.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useIsDark } from '../../parts/theme.ts';
import { useWidth } from '../../parts/use-width.ts';
import type { Columns } from './chart-data.ts';

export type Colours = (name: string) => string;
export type ChartOptions = (colours: Colours) => Omit<uPlot.Options, 'width' | 'height'>;

/** The plotting area starts and ends at the same pixel in every chart, so that their time axes align. */
export const axisWidthPx = 56;
export const rightPadPx = 16;

/** A canvas sees no custom properties: ask an element what a token means in the theme of the moment. */
const coloursOf = (element: HTMLElement): Colours => {
  const probe = document.createElement('span');
  element.append(probe);
  return (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
};

/** A uPlot chart that follows its width, the theme and its data. `build` is called again only when `identity` changes. */
export const UplotChart = ({
  data,
  height,
  build,
  identity,
}: {
  data: Columns;
  height: number;
  build: ChartOptions;
  identity: string;
}) => {
  const [frame, width] = useWidth<HTMLDivElement>();
  const isDark = useIsDark();
  const chart = useRef<uPlot | null>(null);
  const latest = useRef({ build, data });
  latest.current = { build, data };

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and identity decide when the chart is made anew
  useEffect(() => {
    const element = frame.current;
    if (!element || width === 0) return;
    const options = latest.current.build(coloursOf(element));
    const made = new uPlot({ ...options, width, height }, latest.current.data as uPlot.AlignedData, element);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [width > 0, height, isDark, identity]);

  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);

  useEffect(() => {
    chart.current?.setData(data as uPlot.AlignedData);
  }, [data]);

  return <div ref={frame} className="chart" style={{ minHeight: height }} aria-hidden="true" />;
};
