import { type Span, spanDays, type TimeWindow } from './time-window.ts';

export const machineTabs = ['health', 'signals', 'visits', 'parts', 'documents', 'agreements', 'data'] as const;
export type MachineTab = (typeof machineTabs)[number];

/** What the address of a machine says: what is in sight of it can be sent to a colleague. */
export interface MachineSearch {
  readonly tab?: MachineTab;
  readonly span?: Span;
  /** A window of its own instead of a span up to now, ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly pointId?: string;
  readonly componentId?: string;
  /** Machines behind the line, between commas: ids, or `model` for all of the model. */
  readonly compare?: string;
}

const isSpan = (value: unknown): value is Span => typeof value === 'string' && Object.hasOwn(spanDays, value);
const instantOf = (value: unknown): string | undefined =>
  typeof value === 'string' && Number.isFinite(Date.parse(value)) ? value : undefined;

/** Leaves out what an address must not say. */
export const machineSearchOf = (raw: Record<string, unknown>): MachineSearch => {
  const tab = machineTabs.find((one) => one === raw['tab']);
  const [from, to] = [instantOf(raw['from']), instantOf(raw['to'])];
  const isWindow = from !== undefined && to !== undefined && Date.parse(from) < Date.parse(to);
  return {
    ...(tab && { tab }),
    ...(isWindow ? { from, to } : isSpan(raw['span']) && { span: raw['span'] }),
    ...(typeof raw['pointId'] === 'string' && { pointId: raw['pointId'] }),
    ...(typeof raw['compare'] === 'string' && raw['compare'] !== '' && { compare: raw['compare'] }),
    ...(typeof raw['componentId'] === 'string' && { componentId: raw['componentId'] }),
  };
};

export const comparedIn = ({ compare }: MachineSearch): string[] => compare?.split(',') ?? [];

/** The window that the address names; null where it names a span, or nothing. */
export const windowIn = ({ from, to }: MachineSearch): TimeWindow | null =>
  from !== undefined && to !== undefined ? { fromMs: Date.parse(from), toMs: Date.parse(to) } : null;
