import { AppError } from '@kuluma/shared/errors.ts';
import type { PartCount, ProblemSpec } from '../../core/planning/kernel/problem-spec.ts';

/** A line of the file: the depot, a technician's home or a request. */
interface TrspNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly service: number;
  readonly skills: readonly number[];
  readonly tools: readonly number[];
  readonly parts: readonly number[];
}

/** A technician routing and scheduling problem as Pillac, Gueret and Medaglia publish theirs (2013). */
export interface TrspFile {
  readonly depot: TrspNode;
  readonly technicians: readonly TrspNode[];
  readonly requests: readonly TrspNode[];
}

const badFile = (line: number, message: string): AppError =>
  new AppError('INPUT_INVALID', 'this is no technician routing and scheduling problem', {
    faults: [{ path: `line ${line}`, message }],
  });

const listOf = (text: string): number[] =>
  text
    .slice(1, -1)
    .split(',')
    .filter((item) => item.trim() !== '')
    .map(Number);

const nodeLine = /^\s*(\d+)((?:\s+-?[\d.]+){5})\s+(\[[^\]]*\])\s+(\[[^\]]*\])\s+(\[[^\]]*\])\s*$/;

/** @throws INPUT_INVALID with the line */
export const parseTrsp = (text: string): TrspFile => {
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex((line) => /^\s*\d+\s+\d+\s+\d+\s+\d+\s*$/.test(line));
  if (head === -1) throw badFile(1, 'no line holds the numbers of crew, skills, tools and parts');
  const crew = Number.parseInt(lines[head] ?? '', 10);
  const nodes: TrspNode[] = [];
  for (const [i, line] of lines.entries()) {
    if (i <= head || !/^\s*\d/.test(line)) continue;
    const [, id, numbers, ...lists] = nodeLine.exec(line) ?? [];
    const [x, y, from, to, service] = (numbers ?? '').trim().split(/\s+/).map(Number);
    const [skills = [], tools = [], parts = []] = lists.map((list) => listOf(list ?? ''));
    if (
      id === undefined ||
      x === undefined ||
      y === undefined ||
      from === undefined ||
      to === undefined ||
      service === undefined
    )
      throw badFile(i + 1, 'holds no id, place, window, service, skills, tools and parts');
    nodes.push({ id, x, y, window: { from, to }, service, skills, tools, parts });
  }
  const [depot, ...others] = nodes;
  if (!depot || others.length < crew) throw badFile(lines.length, `there are no depot and ${crew} technicians`);
  return { depot, technicians: others.slice(0, crew), requests: others.slice(crew) };
};

const countsOf = (vector: readonly number[]): PartCount[] =>
  vector.flatMap((quantity, part) => (quantity > 0 ? [{ part, quantity }] : []));

/** Unit speed, no rounding; the cost is the sum of the durations of the routes. */
export const problemOfTrsp = ({ depot, technicians, requests }: TrspFile): ProblemSpec => {
  const nodes = [depot, ...technicians, ...requests];
  const travelTime = Float64Array.from({ length: nodes.length ** 2 }, (_, i) => {
    const from = nodes[Math.floor(i / nodes.length)] ?? depot;
    const to = nodes[i % nodes.length] ?? depot;
    return Math.hypot(from.x - to.x, from.y - to.y);
  });
  const skillSets = [...new Set(technicians.map(({ skills }) => skills.join()))];
  return {
    visits: requests.map(({ id, window, service, skills, tools, parts }, i) => ({
      id,
      place: 1 + technicians.length + i,
      windows: [window],
      service: skillSets.map((set) =>
        skills.every((skill) => set.split(',').includes(String(skill))) ? service : Number.POSITIVE_INFINITY,
      ),
      tools,
      parts: countsOf(parts),
    })),
    vehicles: technicians.map(({ id, window, skills, tools }, i) => ({
      id,
      start: i + 1,
      end: i + 1,
      window,
      group: skillSets.indexOf(skills.join()),
      tools,
      depot: 0,
      costs: { perDuration: 1 },
    })),
    vans: technicians.map(({ window, parts }) => [{ at: window.from, parts: countsOf(parts) }]),
    travelTime,
    depots: [{ place: 0, windows: [depot.window] }],
  };
};
