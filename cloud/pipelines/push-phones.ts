import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { PushAddress } from '@kuluma/shared/model/push.ts';
import type { Clock, Random, RecordReader, RecordTransaction } from '../ports.ts';
import { liveSessionsOf } from './end-sessions.ts';

type Phone = RecordOf<'pushSubscription'>;

/** A technician has one or two; more are left from browsers that are gone. */
const mostPhones = 10;

/** Ends what hears under an address; wall time. */
const endAt = async (
  tx: RecordTransaction,
  organisationId: Id<'organisation'>,
  where: { readonly endpoint: string; readonly personId?: string },
  wallNowMs: number,
): Promise<void> => {
  for (const phone of await tx.list('pushSubscription', organisationId, { where }))
    if (phone.expiresAtMs > wallNowMs) await tx.update('pushSubscription', { ...phone, expiresAtMs: wallNowMs });
};

export const endPhone = (tx: RecordTransaction, phone: Phone, wallNowMs: number): Promise<void> =>
  endAt(tx, phone.organisationId, { endpoint: phone.endpoint }, wallNowMs);

/** A technician's own phone hears no more. One that is not known hears nothing anyway. */
export const endOwnPhone = (
  tx: RecordTransaction,
  { organisationId, personId }: Pick<Phone, 'organisationId' | 'personId'>,
  endpoint: string,
  wallNowMs: number,
): Promise<void> => endAt(tx, organisationId, { endpoint, personId }, wallNowMs);

/**
 * A technician's phone hears of changed days from now on, as long as its sign-in lasts. An address that was another's, as on a
 * phone that went from hand to hand, is theirs no more.
 * @returns whether it did not hear before
 * @throws CONFLICT when they have too many
 */
export const addPhone = async (
  deps: { readonly clock: Clock; readonly random: Random; readonly wallNow: () => number },
  tx: RecordTransaction,
  of: Pick<Phone, 'organisationId' | 'personId' | 'technicianId' | 'device' | 'signedInAtMs' | 'expiresAtMs'>,
  address: PushAddress,
): Promise<boolean> => {
  const { organisationId, personId } = of;
  const wallNowMs = deps.wallNow();
  const same = await tx.list('pushSubscription', organisationId, { where: { endpoint: address.endpoint } });
  const own = same.find((phone) => phone.personId === personId);
  for (const other of same.filter((phone) => phone !== own && phone.expiresAtMs > wallNowMs))
    await tx.update('pushSubscription', { ...other, expiresAtMs: wallNowMs });
  if (own) {
    const { p256dh, auth } = address;
    const isSame =
      own.p256dh === p256dh &&
      own.auth === auth &&
      own.signedInAtMs === of.signedInAtMs &&
      own.expiresAtMs === of.expiresAtMs;
    if (!isSame) await tx.update('pushSubscription', { ...own, ...of, ...address });
    return own.expiresAtMs <= wallNowMs;
  }
  const live = (await tx.list('pushSubscription', organisationId, { where: { personId } })).filter(
    ({ expiresAtMs }) => expiresAtMs > wallNowMs,
  );
  if (live.length >= mostPhones)
    throw new AppError('CONFLICT', `at most ${mostPhones} phones hear of a day`, { hint: 'stop it on another one' });
  const createdBy = { kind: 'person', personId } as const;
  await tx.insert('pushSubscription', {
    ...freshBase('pushSubscription', { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random }),
    ...of,
    ...address,
  });
  return true;
};

/** Phones that hear now: their person is signed in on them still. */
export const listeningPhones = async (
  reader: RecordReader,
  organisationId: Id<'organisation'>,
  wallNowMs: number,
): Promise<Phone[]> => {
  const all = await reader.list('pushSubscription', organisationId);
  const live: Phone[] = [];
  for (const phone of all.filter(({ expiresAtMs }) => expiresAtMs > wallNowMs)) {
    const holder = { personId: phone.personId, contactId: null };
    const sessions = await liveSessionsOf(reader, organisationId, holder, wallNowMs);
    if (sessions.some(({ kind, signedInAtMs }) => kind === 'session' && signedInAtMs === phone.signedInAtMs))
      live.push(phone);
  }
  return live;
};
