import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { expect, it } from 'vitest';
import { ledgerOf } from './ledger.ts';
import { putContact, putOwner } from './put-people.ts';
import { createWorld, importKinds } from './world.ts';

const random = seededRandom(6);
const base = { organisationId: newId('organisation', random), nowMs: 1000, timeZone: 'UTC', random } as const;
const actor = { kind: 'policy', name: 'test' } as const;
const nothing = Object.fromEntries(importKinds.map((kind) => [kind, []])) as unknown as Parameters<
  typeof createWorld
>[0]['held'];
const origin = { sheet: 'contacts', line: 1, key: 'a' };

it('every basis and every way that a set-up enters or ends stands in the ledger', () => {
  const world = createWorld({ held: nothing, system: 'erp', actor, ...base });
  const owner = putOwner({ world, origin }, undefined, { name: 'Owner', language: 'fi', dataPurposes: undefined });
  const fields = {
    ...{ ownerId: owner.id, name: 'Essi', email: 'essi@example.com', phone: '', language: 'fi' as const },
  };
  const given = { ...fields, contactRoles: ['approver' as const] };
  const contact = putContact({ world, origin }, undefined, { ...given, serviceNotices: 'contract', channel: 'sms' });
  const said = (touched: ReturnType<typeof world.touched>) =>
    ledgerOf(touched).map(({ subject, before, after, via }) => [subject, before, after, via]);
  expect(said(world.touched())).toEqual([
    ['serviceNotice', null, 'contract', 'setUp'],
    ['serviceNotice', null, 'sms', 'setUp'],
  ]);
  const held = { ...nothing };
  for (const { kind, after } of world.touched())
    Object.assign(held, { [kind]: [...held[kind], after as RecordOf<typeof kind>] });
  const later = createWorld({ held, system: 'erp', actor, ...base, nowMs: 2000 });
  putContact({ world: later, origin }, contact, { ...given, serviceNotices: null, channel: 'sms' });
  expect(said(later.touched())).toEqual([['serviceNotice', 'contract', 'no', 'setUp']]);
});
