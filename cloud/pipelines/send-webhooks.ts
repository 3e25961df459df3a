import { asAppError } from '@kuluma/shared/errors.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { WebhookChannel } from '../channel-ports.ts';
import { waitMsAfter } from '../core/messages/outbox.ts';
import type { RecordTransaction } from '../ports.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type WebhookEvent = RecordOf<'webhookEvent'>;

/** Who has not taken an event for so long gets it no more. */
const givenUpAfterMs = 3 * dayMs;
/** Of one run; the rest goes with the next. */
const mostAtOnce = 200;

/** Notes for the integrator what became of messages, in the transaction in which it does. */
export const noteEvents = async (
  deps: Pick<PipelineDeps, 'clock' | 'random'>,
  tx: RecordTransaction,
  messages: readonly Message[],
): Promise<void> => {
  const nowMs = deps.clock.now();
  for (const message of messages) {
    const {
      organisationId,
      id,
      state,
      contactId,
      template,
      messageClass,
      channel,
      offerId,
      visitId,
      caseId,
      contractOfferId,
      serviceContractId,
    } = message;
    if (state !== 'sent' && state !== 'failed') continue;
    const createdBy = { kind: 'policy', name: 'webhook' } as const;
    await tx.insert('webhookEvent', {
      ...freshBase('webhookEvent', { organisationId, createdBy, nowMs, random: deps.random }),
      type: `message.${state}`,
      data: {
        ...{ messageId: id, contactId, template, messageClass, channel, offerId, visitId },
        ...(caseId ? { caseId } : {}),
        ...(contractOfferId ? { contractOfferId } : {}),
        ...(serviceContractId ? { serviceContractId } : {}),
        ...{ reason: message.reason, isAmbiguous: message.isAmbiguous },
      },
      ...{ state: 'waiting', notBeforeMs: nowMs, attempts: 0, reason: null, sentAtMs: null },
    });
  }
};

const after = (event: WebhookEvent, error: unknown, nowMs: number): WebhookEvent => {
  const { code, retry } = asAppError(error);
  const attempts = event.attempts + 1;
  // Its id tells the other side an event that came before: one whose answer was lost is repeated like any other.
  if (retry === 'permanent' || nowMs >= event.createdAtMs + givenUpAfterMs)
    return { ...event, attempts, state: 'failed', reason: code };
  return { ...event, attempts, reason: code, notBeforeMs: nowMs + waitMsAfter(attempts) };
};

/**
 * Hands the events of an organisation to the integrator's server, oldest first. An attempt that was cut off is repeated under
 * the same id.
 * @returns how many were taken
 */
export const sendWebhooks = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'log'> & { readonly webhook: WebhookChannel },
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const { records, clock, log, webhook } = deps;
  const waiting = await records.list('webhookEvent', organisationId, {
    where: { state: 'waiting' },
    limit: mostAtOnce,
  });
  let taken = 0;
  for (const event of waiting) {
    if (clock.now() < event.notBeforeMs) continue;
    const { id, type, createdAtMs: atMs, data } = event;
    try {
      await webhook.send({ id, type, atMs, data });
    } catch (error) {
      const { code, retry, message } = asAppError(error);
      log.warn({ eventId: id, code, reason: message }, 'an event was not taken');
      await records.transact((tx) => tx.update('webhookEvent', after(event, error, clock.now())));
      if (retry === 'permanent') continue;
      // The others keep their attempts until it is back, and nobody waits for each of them in turn.
      return taken;
    }
    const attempts = event.attempts + 1;
    await records.transact((tx) =>
      tx.update('webhookEvent', { ...event, attempts, state: 'sent', reason: null, sentAtMs: clock.now() }),
    );
    taken++;
  }
  return taken;
};
