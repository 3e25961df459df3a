import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { FailureModeCode } from '@kuluma/shared/model/machines.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** Fewer machines are a coincidence. */
export const leastMachines = 3;
/** What comes up within so long belongs together. */
export const togetherMs = 14 * dayMs;
/**
 * Share of the machines of a model above which it is more than steady wear: where a component lives some four years, one in
 * a hundred comes up in any two weeks; twice that is news.
 */
const unusualShare = 0.02;

/** A matter that may be one of many. */
export interface IncidentMember {
  readonly id: string;
  readonly machineId: string;
  /** Same machine model, component and failure mode. */
  readonly cause: string;
  readonly atMs: number;
}

export interface Incident<M extends IncidentMember> {
  readonly cause: string;
  /** The earliest first. */
  readonly members: readonly M[];
}

/** How many machines a cause has to reach, in a fleet with so many of the model. */
export const machinesForIncident = (machinesOfModel: number): number =>
  Math.max(leastMachines, Math.ceil(unusualShare * machinesOfModel));

/** A machine's matter as far as its causes go. */
export interface CauseOf {
  readonly machineModelId: Id<'machineModel'>;
  readonly componentCode: string;
  readonly failureModeCode: FailureModeCode;
  /** Of the installed part; undefined where nobody noted it. */
  readonly batch: string | undefined;
  /** What a repair is surest to put in; undefined where its list has no part. */
  readonly partId: string | undefined;
}

export const causeOf = (
  { inputs: { componentType }, failureModeCode }: Pick<RecordOf<'recommendation'>, 'inputs' | 'failureModeCode'>,
  { machineModelId }: Pick<RecordOf<'machine'>, 'machineModelId'>,
  { batch }: Pick<RecordOf<'component'>, 'batch'>,
): CauseOf => {
  const [surest] = [...componentType.bom].sort((a, b) => b.useProbability - a.useProbability);
  return { machineModelId, componentCode: componentType.code, failureModeCode, batch, partId: surest?.partId };
};

/** The same failure of the same component of a model. */
export const modelCause = ({ machineModelId, componentCode, failureModeCode }: CauseOf): string =>
  `${machineModelId} ${componentCode} ${failureModeCode}`;
/**
 * The same failure of parts that were made together, in machines of whichever model; null without a batch. The mark is of a
 * part: makers count their batches from 1, so that marks alone would join what has nothing in common.
 */
export const batchCause = ({ batch, partId, componentCode, failureModeCode }: CauseOf): string | null =>
  batch === undefined ? null : `${partId ?? componentCode} ${batch} ${failureModeCode}`;

const inOrder = (a: IncidentMember, b: IncidentMember): number => a.atMs - b.atMs || (a.id < b.id ? -1 : 1);

/**
 * Members of one cause that belong together: all times of `togetherMs` with enough machines in them, joined where they
 * share a member.
 */
const runsOf = <M extends IncidentMember>(members: readonly M[], least: number): M[][] => {
  const ordered = [...members].sort(inOrder);
  const runs: M[][] = [];
  let lastOfRun = -1;
  ordered.forEach((first, from) => {
    const window = ordered.slice(from).filter(({ atMs }) => atMs - first.atMs <= togetherMs);
    if (new Set(window.map(({ machineId }) => machineId)).size < least) return;
    const to = from + window.length - 1;
    const run = runs.at(-1);
    if (run && from <= lastOfRun) run.push(...ordered.slice(lastOfRun + 1, to + 1));
    else runs.push(window);
    lastOfRun = Math.max(lastOfRun, to);
  });
  return runs;
};

/**
 * What came up on many machines for one cause within days, as one matter each; the rest stands alone. Every member is in
 * exactly one place, whatever order they come in.
 * @param least machines that make an incident of a cause
 */
export const groupIncidents = <M extends IncidentMember>(
  members: readonly M[],
  least: (cause: string) => number,
): { readonly incidents: readonly Incident<M>[]; readonly single: readonly M[] } => {
  const incidents: Incident<M>[] = [];
  const grouped = new Set<string>();
  for (const [cause, ofCause] of Map.groupBy(members, (member) => member.cause))
    for (const run of runsOf(ofCause, least(cause))) {
      incidents.push({ cause, members: run });
      for (const { id } of run) grouped.add(id);
    }
  const first = ({ members: [member] }: Incident<M>): M => member as M;
  return {
    incidents: incidents.sort((a, b) => inOrder(first(a), first(b))),
    single: members.filter(({ id }) => !grouped.has(id)),
  };
};
