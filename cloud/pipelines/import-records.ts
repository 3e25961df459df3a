import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import { type ImportInput, type ImportPlan, planImport } from '../core/imports/plan-import.ts';
import { type PrintedSetUp, printSetUp } from '../core/imports/print-sheets.ts';
import type { GatewayPoint } from '../core/set-up/gateway-file.ts';
import { createWorld, type Held, importKinds, type World } from '../core/set-up/world.ts';
import type { RecordReader, Records } from '../ports.ts';
import { companyZone } from './lookup.ts';
import { pointsFedBy } from './points-fed-by.ts';
import { type SetUpDeps, writeTouched } from './write-touched.ts';

export interface ImportRequest {
  readonly organisationId: Id<'organisation'>;
  /** Whose keys the rows carry. */
  readonly system: string;
  readonly actor: Actor;
}

type Deps = Omit<SetUpDeps, 'secret'>;

/** All that the set-up consists of. */
export const heldIn = async (records: RecordReader, organisationId: Id<'organisation'>): Promise<Held> => {
  const held: Partial<Record<keyof Held, unknown>> = {};
  for (const kind of importKinds) held[kind] = await records.list(kind, organisationId);
  return held as Held;
};

const worldOf = async (deps: Deps, records: RecordReader, request: ImportRequest): Promise<World> => {
  const { organisationId } = request;
  const held = await heldIn(records, organisationId);
  const timeZone = await companyZone(records, organisationId);
  return createWorld({ ...request, held, nowMs: deps.clock.now(), timeZone, random: deps.random });
};

const planOn = async (deps: Deps, records: RecordReader, request: ImportRequest, input: ImportInput) => {
  const world = await worldOf(deps, records, request);
  return { plan: planImport(input, world), world };
};

/** The set-up as the files of an import, under the keys of `system`. */
export const printedSetUp = async (
  deps: Deps,
  records: RecordReader,
  { organisationId, system }: Pick<ImportRequest, 'organisationId' | 'system'>,
): Promise<PrintedSetUp> => {
  const request = { organisationId, system, actor: { kind: 'policy', name: 'export' } } as const;
  return printSetUp(await worldOf(deps, records, request), system);
};

/** What the import would do now. */
export const previewImport = async (
  deps: Deps,
  records: Records,
  request: ImportRequest,
  input: ImportInput,
): Promise<ImportPlan> => (await planOn(deps, records, request, input)).plan;

/** A gateway that the import made, with the token that it signs in with: told once, kept as a hash. */
export interface NewGateway {
  readonly key: string;
  readonly gatewayId: Id<'gateway'>;
  readonly token: string;
  /** The points that it reads. */
  readonly points: readonly GatewayPoint[];
}

export interface Imported extends ImportPlan {
  readonly written: boolean;
  readonly gateways: readonly NewGateway[];
}

/**
 * Brings the records up to date with the input, all of it or nothing. With faults nothing is written, unless the rows
 * with a fault have been seen and may be left out.
 */
export const importRecords = (
  deps: SetUpDeps,
  records: Records,
  request: ImportRequest & {
    readonly leaveOutWrong: boolean;
    /** Looks at the plan before it is written. @throws what keeps it from being */
    readonly agree?: (plan: ImportPlan) => void;
  },
  input: ImportInput,
): Promise<Imported> =>
  records.transact(async (tx) => {
    const { plan, world } = await planOn(deps, tx, request, input);
    request.agree?.(plan);
    if (plan.faults.length > 0 && !request.leaveOutWrong) return { ...plan, written: false, gateways: [] };
    const { made } = await writeTouched(deps, tx, world, request);
    const gateways: NewGateway[] = [];
    for (const { key, gateway, token } of made)
      gateways.push({ key, gatewayId: gateway.id, token, points: await pointsFedBy(tx, gateway) });
    return { ...plan, written: true, gateways };
  });
