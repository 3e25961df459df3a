import { AppError, asAppError, errorCodes, type Fault } from '@kuluma/shared/errors.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { FastifyError, FastifyInstance } from 'fastify';

/** Codes for what Fastify itself refuses, by status. */
const codeOfStatus = (status: number): string => {
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'TOO_MANY_REQUESTS';
  return 'INPUT_INVALID';
};

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly faults: readonly Fault[];
}

/** A fault of ours is told as "internal" only: its message and stack go to the log, the reference leads there. */
const problemOf = (error: unknown): Problem => {
  const status = (error as Partial<FastifyError>).statusCode;
  if (!(error instanceof AppError) && status !== undefined && status >= 400 && status < 500)
    return { status, code: codeOfStatus(status), message: (error as Error).message, faults: [] };
  const { code, message, hint, faults } = asAppError(error);
  if (code === 'INTERNAL') return { status: 500, code, message: 'the service failed to answer', faults: [] };
  return { status: errorCodes[code].status, code, message, hint, faults };
};

/** Every refusal and failure leaves as a ProblemView whose reference is the id of the request in the log. */
export const registerProblems = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const { status, hint, faults, ...problem } = problemOf(error);
    if (status >= 500) request.log.error({ err: error, reference: request.id }, 'request failed');
    const view: ProblemView = {
      ...problem,
      ...(hint ? { hint } : {}),
      faults: faults.map((fault) => ({ ...fault })),
      reference: request.id,
    };
    return reply.status(status).send(view);
  });
  app.setNotFoundHandler((request) => {
    throw new AppError('NOT_FOUND', `there is nothing at ${request.method} ${request.url.split('?')[0]}`);
  });
};
