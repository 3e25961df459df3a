import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';

const random = seededRandom(20261122);
const nowMs = Date.UTC(2026, 10, 22);

export const someId = <K extends IdKind>(kind: K): Id<K> => newId(kind, random);

const base = <K extends IdKind>(kind: K, organisationId: Id<'organisation'>, ageMs = 0) =>
  freshBase(kind, {
    organisationId,
    createdBy: { kind: 'policy', name: 'test' },
    nowMs: nowMs - ageMs,
    random,
  });

/** Valid records with arbitrary contents. */
export const someOrganisation = (): RecordOf<'organisation'> => {
  const id = someId('organisation');
  return { ...base('organisation', id), id, name: 'Huolto Oy', timeZone: 'Europe/Helsinki' };
};

export const someMachine = (
  organisationId: Id<'organisation'>,
  fields: Partial<RecordOf<'machine'>> = {},
  ageMs = 0,
): RecordOf<'machine'> => ({
  ...base('machine', organisationId, ageMs),
  machineModelId: someId('machineModel'),
  tag: 'P-07',
  serialNumber: 'Å0815 "x"',
  commissionedAtMs: nowMs,
  ...fields,
});

/** An owner of a machine with one contact. */
export const someOwnerOf = (
  organisationId: Id<'organisation'>,
  machineId: Id<'machine'>,
  phone: string,
): { owner: RecordOf<'owner'>; contact: RecordOf<'contact'>; ownership: RecordOf<'machineOwnership'> } => {
  const owner: RecordOf<'owner'> = { ...base('owner', organisationId), name: 'Viljan Kuivaamo Oy', language: 'fi' };
  return {
    owner,
    contact: {
      ...base('contact', organisationId),
      ownerId: owner.id,
      name: 'Veera Vilja',
      email: 'veera@example.com',
      phone,
      language: 'fi',
      contactRoles: ['approver'],
    },
    ownership: {
      ...base('machineOwnership', organisationId),
      machineId,
      ownerId: owner.id,
      period: { fromMs: nowMs, toMs: null },
    },
  };
};

export const someAcceptance = (organisationId: Id<'organisation'>): RecordOf<'acceptance'> => ({
  ...base('acceptance', organisationId),
  offerId: someId('offer'),
  slotId: someId('slot'),
  contactId: someId('contact'),
  acceptedAtMs: nowMs,
  grossCents: 123_456,
  currency: 'EUR',
});

export const someInboundSms = (organisationId: Id<'organisation'>): RecordOf<'inboundSms'> => ({
  ...base('inboundSms', organisationId),
  ...{ gatewayMessageId: 'sms-1', from: '+358401234567', text: '1', receivedAtMs: nowMs },
  ...{ contactId: null, offerId: null, meaning: 'unclear', reply: '' },
});

export const someHold = (
  organisationId: Id<'organisation'>,
  technicianId: Id<'technician'>,
  fromMin: number,
  toMin: number,
): RecordOf<'slotHold'> => ({
  ...base('slotHold', organisationId),
  offerId: someId('offer'),
  slotId: someId('slot'),
  technicianId,
  busyFromMs: nowMs + fromMin * 60_000,
  busyToMs: nowMs + toMin * 60_000,
  expiresAtMs: nowMs + 86_400_000,
  state: 'held',
});

export const someGateway = (organisationId: Id<'organisation'>, tokenHash: string): RecordOf<'gateway'> => ({
  ...base('gateway', organisationId),
  siteId: someId('site'),
  name: 'Boiler room',
  tokenHash,
});

export const someAssignment = (
  organisationId: Id<'organisation'>,
  pointId: Id<'measurementPoint'>,
  gatewayId: Id<'gateway'>,
  period: { fromMs: number; toMs: number | null },
): RecordOf<'pointAssignment'> => ({
  ...base('pointAssignment', organisationId),
  pointId,
  gatewayId,
  source: 's',
  period,
});

export const someSession = (organisationId: Id<'organisation'>, secretHash: string): RecordOf<'session'> => ({
  ...base('session', organisationId),
  kind: 'session',
  secretHash,
  personId: someId('person'),
  contactId: null,
  roles: ['planner'],
  expiresAtMs: nowMs + 86_400_000,
});
