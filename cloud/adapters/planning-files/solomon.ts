import { AppError } from '@kuluma/shared/errors.ts';
import type { ProblemSpec } from '../../core/planning/kernel/problem-spec.ts';

/** A problem of Solomon's form: a depot, customers with demand and time window, equal vehicles. */
export interface SolomonFile {
  readonly vehicles: number;
  readonly capacity: number;
  /** The depot first. */
  readonly nodes: readonly SolomonNode[];
}

interface SolomonNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly demand: number;
  readonly ready: number;
  readonly due: number;
  readonly service: number;
}

const badFile = (line: number, message: string): AppError =>
  new AppError('INPUT_INVALID', 'this is no file of Solomon', { faults: [{ path: `line ${line}`, message }] });

const numbersOf = (text: string): number[] => text.trim().split(/\s+/).map(Number);

/** @throws INPUT_INVALID with the line */
export const parseSolomon = (text: string): SolomonFile => {
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex((line) => /^\s*NUMBER/i.test(line));
  if (head === -1) throw badFile(1, 'no line begins with NUMBER');
  const [vehicles, capacity] = numbersOf(lines[head + 1] ?? '');
  if (!Number.isInteger(vehicles) || !(Number(capacity) >= 0))
    throw badFile(head + 2, 'holds no number of vehicles and capacity');
  const nodes: SolomonNode[] = [];
  for (const [i, line] of lines.entries()) {
    if (i <= head + 1 || !/^\s*-?\d/.test(line)) continue;
    const columns = numbersOf(line);
    const [id, x, y, demand, ready, due, service] = columns;
    if (
      id === undefined ||
      x === undefined ||
      y === undefined ||
      demand === undefined ||
      ready === undefined ||
      due === undefined ||
      service === undefined ||
      !columns.every(Number.isFinite)
    )
      throw badFile(i + 1, 'holds no seven numbers');
    nodes.push({ id: String(id), x, y, demand, ready, due, service });
  }
  if (nodes.length === 0) throw badFile(lines.length, 'there is no depot');
  return { vehicles: Number(vehicles), capacity: Number(capacity), nodes };
};

/** How a file of Solomon is read: distances times ten and truncated, times likewise (DIMACS), or as they are (SINTEF). */
export type SolomonConvention = 'truncated' | 'double';

export const problemOfSolomon = (
  { vehicles, capacity, nodes }: SolomonFile,
  convention: SolomonConvention,
): ProblemSpec => {
  const scale = convention === 'truncated' ? 10 : 1;
  const travelTime = new Float64Array(nodes.length ** 2);
  for (const [a, from] of nodes.entries())
    for (const [b, to] of nodes.entries()) {
      const length = Math.hypot(from.x - to.x, from.y - to.y) * scale;
      travelTime[a * nodes.length + b] = convention === 'truncated' ? Math.floor(length + 1e-9) : length;
    }
  const [depot, ...customers] = nodes;
  if (!depot) throw new AppError('INPUT_INVALID', 'a problem of Solomon needs a depot');
  const scaled = (node: SolomonNode) => ({ from: node.ready * scale, to: node.due * scale });
  return {
    visits: customers.map((node, i) => ({
      id: node.id,
      place: i + 1,
      windows: [scaled(node)],
      service: node.service * scale,
      load: [node.demand],
    })),
    vehicles: Array.from({ length: vehicles }, (_, i) => ({
      id: String(i + 1),
      start: 0,
      end: 0,
      window: scaled(depot),
      capacity: [capacity],
      costs: { perDistance: 1 },
    })),
    travelTime,
  };
};
