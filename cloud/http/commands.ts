import { createHash } from 'node:crypto';
import { AppError } from '@kuluma/shared/errors.ts';
import type { FastifyRequest } from 'fastify';
import { actorOf } from '../core/access/principal.ts';
import type { Records, RecordTransaction } from '../ports.ts';
import { principalOf } from './plugins/access.ts';

interface Answered {
  readonly request: string;
  readonly answer: unknown;
}

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * Runs a command once: in one transaction with the memory of its answer, which a repetition gets instead. The same key
 * from another person, or on another record, is another command.
 * @throws CONFLICT when the key was used before with another body.
 */
export const runOnce = async <Answer>(
  records: Records,
  request: Pick<FastifyRequest, 'url' | 'principal'> & { readonly body: { readonly idempotencyKey: string } },
  work: (tx: RecordTransaction) => Promise<Answer>,
): Promise<Answer> => {
  const principal = principalOf(request);
  const { organisationId, personId, contactId } = principal;
  const key = digestOf([personId ?? contactId, request.url, request.body.idempotencyKey]);
  const digest = digestOf(request.body);
  return records.transact(async (tx) => {
    const before = (await tx.answered(organisationId, key)) as Answered | undefined;
    if (before !== undefined) {
      if (before.request === digest) return before.answer as Answer;
      throw new AppError('CONFLICT', 'this idempotency key was used for another command', { hint: 'make a new key' });
    }
    const answer = await work(tx);
    await tx.remember(organisationId, key, { request: digest, answer } satisfies Answered);
    return answer;
  }, actorOf(principal));
};
