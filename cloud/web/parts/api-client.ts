import type { ProblemView } from '@kuluma/shared/model/views/common.ts';

/** An answer that says no, or no answer at all (`status` 0). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly problem: ProblemView;

  constructor(status: number, problem: ProblemView, options?: ErrorOptions) {
    super(problem.message, options);
    this.status = status;
    this.problem = problem;
  }

  /** The act may have happened: repeating it under the same key is safe and the way to know. */
  get ambiguous(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

const problemOf = (code: string, message: string): ProblemView => ({ code, message, faults: [], reference: '' });

const isProblem = (value: unknown): value is ProblemView =>
  typeof value === 'object' && value !== null && 'code' in value && 'reference' in value;

/**
 * Whose page this is: planner, technician or owner; another page is nobody's. The service takes the session of that role,
 * and no form of another site can send the header.
 */
export const deskHeader = (): Record<string, string> => ({ 'x-kuluma': location.pathname.split('/')[1] || 'start' });

const request = async <View>(path: string, init: RequestInit): Promise<View> => {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    throw new ProblemError(0, problemOf('LINK_DOWN', 'no answer from the service'), { cause });
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as View;
  throw new ProblemError(response.status, isProblem(body) ? body : problemOf('INTERNAL', response.statusText));
};

/** @param signal ends the wait when nobody wants the answer any more. */
export const getJson = <View>(
  path: string,
  query: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<View> => {
  const search = new URLSearchParams(query).toString();
  return request<View>(search ? `${path}?${search}` : path, {
    headers: { accept: 'application/json', ...deskHeader() },
    signal,
  });
};

/**
 * @param version of the record that the command changes; the server refuses when someone changed it since.
 * @param signal ends the wait, and what can be ended of the work, when nobody wants the answer any more.
 */
export const postJson = <View>(
  path: string,
  body: unknown,
  version?: number,
  signal: AbortSignal | null = null,
): Promise<View> =>
  request<View>(path, {
    method: 'POST',
    body: JSON.stringify(body),
    signal,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...deskHeader(),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    },
  });

export const deleteAt = <View>(path: string): Promise<View> =>
  request<View>(path, { method: 'DELETE', headers: { accept: 'application/json', ...deskHeader() } });
