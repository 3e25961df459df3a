import type { Random } from '@kuluma/shared/clock.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type ImportInput, type ImportPlan, planImport } from '../core/imports/plan-import.ts';
import { createWorld, type Held, importKinds } from '../core/imports/world.ts';
import type { Clock, RecordReader, Records } from '../ports.ts';

export interface ImportRequest {
  readonly organisationId: Id<'organisation'>;
  /** Whose keys the rows carry. */
  readonly system: string;
  readonly actor: Actor;
}

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

const heldIn = async (records: RecordReader, organisationId: Id<'organisation'>): Promise<Held> => {
  const held: Partial<Record<keyof Held, unknown>> = {};
  for (const kind of importKinds) held[kind] = await records.list(kind, organisationId);
  return held as Held;
};

const planOn = async (deps: Deps, records: RecordReader, request: ImportRequest, input: ImportInput) => {
  const held = await heldIn(records, request.organisationId);
  return planImport(input, createWorld({ ...request, held, nowMs: deps.clock.now(), random: deps.random }));
};

/** What the import would do now. */
export const previewImport = (
  deps: Deps,
  records: Records,
  request: ImportRequest,
  input: ImportInput,
): Promise<ImportPlan> => planOn(deps, records, request, input);

/** A gateway that the import made, with the token that it signs in with: told once, kept as a hash. */
export interface NewGateway {
  readonly key: string;
  readonly gatewayId: Id<'gateway'>;
  readonly token: string;
  /** The points that it reads, by the tag of their machine. */
  readonly points: readonly { readonly tag: string; readonly name: string; readonly pointId: Id<'measurementPoint'> }[];
}

/** The points that were assigned to the gateway just now. */
const pointsOf = async (
  tx: RecordReader,
  { id, organisationId }: RecordOf<'gateway'>,
  touched: ImportPlan['touched'],
): Promise<NewGateway['points']> => {
  const points: NewGateway['points'][number][] = [];
  for (const { kind, after } of touched) {
    if (kind !== 'pointAssignment' || after.gatewayId !== id) continue;
    const point = await tx.get('measurementPoint', organisationId, after.pointId);
    const machine = point && (await tx.get('machine', organisationId, point.machineId));
    if (machine) points.push({ tag: machine.tag, name: point.name, pointId: point.id });
  }
  return points;
};

export interface Imported extends ImportPlan {
  readonly written: boolean;
  readonly gateways: readonly NewGateway[];
}

/**
 * Brings the records up to date with the input, all of it or nothing. With faults nothing is written, unless the rows
 * with a fault have been seen and may be left out.
 * @param secret makes a token and its hash
 */
export const importRecords = (
  deps: Deps & { readonly secret: () => { token: string; tokenHash: string } },
  records: Records,
  request: ImportRequest & { readonly leaveOutWrong: boolean },
  input: ImportInput,
): Promise<Imported> =>
  records.transact(async (tx) => {
    const plan = await planOn(deps, tx, request, input);
    if (plan.faults.length > 0 && !request.leaveOutWrong) return { ...plan, written: false, gateways: [] };
    const made: { key: string; gateway: RecordOf<'gateway'>; token: string }[] = [];
    for (const { kind, before, after, origin } of plan.touched) {
      if (before !== undefined) await tx.update(kind, after as RecordOf<typeof kind>);
      else if (kind === 'gateway') {
        const { token, tokenHash } = deps.secret();
        made.push({ key: origin.key, gateway: after, token });
        await tx.insert(kind, { ...after, tokenHash });
      } else await tx.insert(kind, after as RecordOf<typeof kind>);
    }
    const gateways: NewGateway[] = [];
    for (const { key, gateway, token } of made)
      gateways.push({ key, gatewayId: gateway.id, token, points: await pointsOf(tx, gateway, plan.touched) });
    return { ...plan, written: true, gateways };
  });
