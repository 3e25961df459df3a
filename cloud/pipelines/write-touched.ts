import type { Random } from '@kuluma/shared/clock.ts';
import { type Actor, freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { changesOf } from '../core/set-up/changes.ts';
import { ledgerOf } from '../core/set-up/ledger.ts';
import type { Touched, World } from '../core/set-up/world.ts';
import type { Clock, RecordTransaction } from '../ports.ts';
import { keepForWaiting } from './keep-for-waiting.ts';

export interface SetUpDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** Makes a token of a gateway and its hash. */
  readonly secret: () => { token: string; tokenHash: string };
}

export interface MadeGateway {
  readonly key: string;
  readonly gateway: RecordOf<'gateway'>;
  readonly token: string;
}

/** A code that waits to be taken ends with the token that it was to replace, and with its gateway. */
const settled = (before: RecordOf<'gateway'>, after: RecordOf<'gateway'>): RecordOf<'gateway'> => {
  if (before.tokenHash === after.tokenHash && after.endedAtMs === undefined) return after;
  const { enrolment: _, ...gateway } = after;
  return gateway;
};

/**
 * Writes what a set-up made and changed, and who changed what. Every new gateway is given its token; parts that came are kept
 * for those who wait for them.
 * @returns the new gateways with their tokens, which are kept nowhere
 */
export const writeTouched = async (
  { clock, random, secret }: SetUpDeps,
  tx: RecordTransaction,
  world: World,
  { organisationId, actor: createdBy }: { readonly organisationId: Id<'organisation'>; readonly actor: Actor },
): Promise<{ readonly touched: readonly Touched[]; readonly made: readonly MadeGateway[] }> => {
  const touched = world.touched();
  const made: MadeGateway[] = [];
  const origin = { organisationId, createdBy, nowMs: clock.now(), random };
  for (const { kind, before, after, origin: from } of touched) {
    if (before !== undefined)
      await tx.update(kind, (kind === 'gateway' ? settled(before, after) : after) as RecordOf<typeof kind>);
    else if (kind === 'gateway') {
      const { token, tokenHash } = secret();
      made.push({ key: from.key, gateway: after, token });
      await tx.insert(kind, { ...after, tokenHash });
    } else await tx.insert(kind, after as RecordOf<typeof kind>);
  }
  for (const change of changesOf(touched, world))
    await tx.insert('setUpChange', {
      ...freshBase('setUpChange', origin),
      ...change,
    });
  for (const entry of ledgerOf(touched))
    await tx.insert('consentEntry', {
      ...freshBase('consentEntry', origin),
      ...entry,
    });
  await keepForWaiting(
    tx,
    origin,
    touched.flatMap(({ kind, after }) => (kind === 'stockMovement' ? [after] : [])),
  );
  return { touched, made };
};
