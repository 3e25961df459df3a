import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Gateway } from '@kuluma/shared/model/machines.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

/** How long whoever stands at the gateway has to use a code. */
export const enrolmentLifeMs = 3 * dayMs;

/** What is typed at the gateway: who it is, and a secret that is good once. */
export const enrolmentCode = (gatewayId: Id<'gateway'>, secret: string): string => `${gatewayId}.${secret}`;

/** The gateway that a code names. */
export const gatewayOfCode = (code: string): string => code.slice(0, Math.max(0, code.indexOf('.')));

/**
 * The gateway that waits for this code.
 * @throws NOT_SIGNED_IN, the same for a code that is unknown, used, too old or of a gateway that ended
 */
export const waitingFor = (gateway: Gateway | undefined, codeHash: string, wallNowMs: number): Gateway => {
  const { enrolment, endedAtMs } = gateway ?? {};
  const isGood = endedAtMs === undefined && enrolment?.codeHash === codeHash && wallNowMs < enrolment.expiresAtMs;
  if (gateway && isGood) return gateway;
  throw new AppError('NOT_SIGNED_IN', 'this code enrols no gateway', {
    hint: 'a code is good once and for some days: ask for another one',
  });
};
