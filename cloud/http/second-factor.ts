import { AppError } from '@kuluma/shared/errors.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { SecondFactorBegun } from '@kuluma/shared/model/views/people.ts';
import type { Sealer } from '../access-ports.ts';
import type { Principal } from '../core/access/principal.ts';
import { afterFailure, type Factors, factorWanted } from '../core/access/second-factor.ts';
import { endSessions } from '../pipelines/end-sessions.ts';
import type { RecordReader, RecordTransaction } from '../ports.ts';
import { addressOf, bareCode, newAppSecret, newRecoveryCodes, stepOf } from './one-time-codes.ts';
import { passkeysOf } from './passkeys.ts';
import type { SignInDeps } from './principal.ts';
import { hashOf } from './secrets.ts';

type SecondFactor = RecordOf<'secondFactor'>;
type Who = Pick<Principal, 'organisationId' | 'personId'>;
export interface FactorDeps extends SignInDeps {
  readonly sealer: Sealer;
}

/** The codes of a person: those that are asked for, or those that are being set up. */
const codesOf = async (
  reader: RecordReader,
  { organisationId, personId }: Who,
  isConfirmed: boolean,
): Promise<SecondFactor | undefined> => {
  if (!personId) return undefined;
  const all = await reader.list('secondFactor', organisationId, { where: { personId }, newestFirst: true });
  return all.find((one) => one.endedAtMs === undefined && (one.confirmedAtMs !== null) === isConfirmed);
};
export const confirmedCodes = (reader: RecordReader, who: Who) => codesOf(reader, who, true);

export const factorsOf = async (reader: RecordReader, principal: Principal): Promise<Factors> => ({
  hasCodes: (await confirmedCodes(reader, principal)) !== undefined,
  passkeys: (await passkeysOf(reader, principal)).length,
});

/**
 * Before an act that hands out rights or keys.
 * @param mayBeFirst whether the act sets a factor up: who has none yet may.
 * @throws SECOND_FACTOR_MISSING, SECOND_FACTOR_NEEDED
 */
export const requireFactor = async (
  { records, wallNow }: Pick<SignInDeps, 'records' | 'wallNow'>,
  principal: Principal,
  shownAtMs: number | undefined,
  mayBeFirst: boolean,
): Promise<void> => {
  const wanted = factorWanted(principal.roles, await factorsOf(records, principal), shownAtMs, wallNow());
  if (wanted === 'needed')
    throw new AppError('SECOND_FACTOR_NEEDED', 'show your second factor first', { hint: 'a passkey or a code' });
  if (wanted === 'missing' && !mayBeFirst)
    throw new AppError('SECOND_FACTOR_MISSING', 'set up a second factor first', { hint: 'on your own page' });
};

/** A secret for an authenticator app. It is asked for once a first code proved that the app has it. */
export const beginCodes = async (deps: FactorDeps, principal: Principal, label: string): Promise<SecondFactorBegun> => {
  const { organisationId, personId } = principal;
  if (!personId) throw new AppError('FORBIDDEN', 'codes are for members of staff');
  const secret = newAppSecret();
  const sealed = await deps.sealer.seal(secret);
  const createdBy = { kind: 'person', personId } as const;
  const nowMs = deps.clock.now();
  await deps.records.transact(async (tx) => {
    const before = await codesOf(tx, principal, false);
    if (before) await tx.update('secondFactor', { ...before, endedAtMs: nowMs });
    await tx.insert('secondFactor', {
      ...freshBase('secondFactor', { organisationId, createdBy, nowMs, random: deps.random }),
      ...{ personId, sealed, confirmedAtMs: null, lastStep: 0, recoveryHashes: [], failures: 0, lockedUntilMs: 0 },
    });
  });
  return { secret, address: addressOf(secret, label) };
};

const wrong = (): AppError => {
  const fault = { path: '/body/code', message: 'this code is not the one', code: 'wrongForm' };
  return new AppError('INPUT_INVALID', fault.message, { faults: [fault] });
};

/** What a right code leaves: a recovery code is gone, one of the app was taken; undefined for a wrong one. */
const takenBy = (
  factor: SecondFactor,
  code: string,
  secret: string | undefined,
  nowMs: number,
): Pick<SecondFactor, 'recoveryHashes' | 'lastStep'> | undefined => {
  const { recoveryHashes, lastStep } = factor;
  const left = recoveryHashes.filter((hash) => hash !== hashOf(code));
  if (left.length < recoveryHashes.length) return { recoveryHashes: left, lastStep };
  const step = secret === undefined ? undefined : stepOf(secret, code, nowMs);
  // RFC 6238, section 5.2: none is taken twice.
  return step !== undefined && step > lastStep ? { recoveryHashes, lastStep: step } : undefined;
};

/**
 * Looks at a code and keeps what came of it: a right one is taken once, wrong ones are counted.
 * @throws INPUT_INVALID; TOO_LATE while none is looked at
 */
const judge = async (
  deps: FactorDeps,
  given: SecondFactor,
  code: string,
  after: (tx: RecordTransaction, factor: SecondFactor) => Promise<unknown> = async () => undefined,
): Promise<void> => {
  const nowMs = deps.wallNow();
  // A recovery code opens also where the key of the secret is lost.
  const isRecovery = given.recoveryHashes.includes(hashOf(code));
  const secret = isRecovery ? undefined : await deps.sealer.open(given.sealed);
  const isRight = await deps.records.transact(async (tx) => {
    const factor = await tx.get('secondFactor', given.organisationId, given.id);
    if (!factor || factor.endedAtMs !== undefined) throw wrong();
    if (factor.lockedUntilMs > nowMs)
      throw new AppError('TOO_LATE', 'too many wrong codes', { hint: 'wait, or use a passkey' });
    const taken = takenBy(factor, code, secret, nowMs);
    const failed = taken ? { failures: 0, lockedUntilMs: 0 } : afterFailure(factor.failures, nowMs);
    const kept = await tx.update('secondFactor', { ...factor, ...taken, ...failed });
    if (taken) await after(tx, kept);
    return taken !== undefined;
  });
  if (!isRight) throw wrong();
};

/** Turns codes on by a first one of the app; the ones before end. @throws INPUT_INVALID, NOT_FOUND, TOO_LATE */
export const confirmCodes = async (deps: FactorDeps, principal: Principal, code: string): Promise<string[]> => {
  const begun = await codesOf(deps.records, principal, false);
  if (!begun) throw new AppError('NOT_FOUND', 'no codes are being set up');
  const codes = newRecoveryCodes();
  await judge(deps, begun, bareCode(code), async (tx, factor) => {
    const before = await confirmedCodes(tx, principal);
    if (before) await tx.update('secondFactor', { ...before, endedAtMs: deps.clock.now() });
    const recoveryHashes = codes.map((one) => hashOf(bareCode(one)));
    await tx.update('secondFactor', { ...factor, confirmedAtMs: deps.wallNow(), recoveryHashes });
  });
  return codes;
};

/** @throws INPUT_INVALID, TOO_LATE, SECOND_FACTOR_MISSING */
export const showCode = async (deps: FactorDeps, principal: Principal, code: string): Promise<void> => {
  const factor = await confirmedCodes(deps.records, principal);
  if (!factor) throw new AppError('SECOND_FACTOR_MISSING', 'you have set up no codes');
  await judge(deps, factor, bareCode(code));
};

/** Codes of a person, those that are being set up too, open nothing any more. */
export const endCodes = async (tx: RecordTransaction, who: Who, nowMs: number): Promise<void> => {
  for (const isConfirmed of [true, false]) {
    const factor = await codesOf(tx, who, isConfirmed);
    if (factor) await tx.update('secondFactor', { ...factor, endedAtMs: nowMs });
  }
};

/** For whoever lost their app and their passkeys: what they had opens nothing, and they are signed out everywhere. */
export const resetFactors = async (
  { clock, wallNow }: Pick<SignInDeps, 'clock' | 'wallNow'>,
  tx: RecordTransaction,
  who: Who & Pick<Principal, 'contactId'>,
): Promise<void> => {
  await endCodes(tx, who, clock.now());
  for (const passkey of await passkeysOf(tx, who)) await tx.update('passkey', { ...passkey, endedAtMs: clock.now() });
  await endSessions(tx, who.organisationId, who, wallNow());
};
