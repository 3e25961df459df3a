import { setTimeout as pause } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import { AppError } from '../errors.ts';
import { isValid } from '../model/validate.ts';

/** Another company's HTTP interface that speaks JSON, to one who signs in with a bearer token. */
export interface JsonApi {
  /** @throws LINK_DOWN without an answer, INPUT_INVALID for one that is refused or is not of the schema */
  get<S extends TSchema>(url: string, schema: S): Promise<Static<S>>;
  /** @throws as get, and LINK_TIMEOUT when the other side may have taken it */
  post<S extends TSchema>(url: string, body: unknown, schema: S): Promise<Static<S>>;
}

export interface JsonApiOptions {
  /** For people: `HubSpot`. */
  readonly name: string;
  readonly token: () => Promise<string>;
  readonly timeoutMs?: number;
  /** Waits before a request that was refused as too many is made again. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
}

/** So often is one request made where the other side says that there are too many. */
const attempts = 5;
const usualWaitMs = 10_000;
const longestWaitMs = 120_000;

/** RFC 9110, 10.2.3: seconds, or a date. */
const waitOf = (headers: Headers): number => {
  const given = headers.get('retry-after');
  if (given === null) return usualWaitMs;
  const ms = /^\d+$/.test(given) ? 1000 * Number(given) : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWaitMs) : usualWaitMs;
};

const hints: Readonly<Record<number, string>> = {
  401: 'is the token or the secret in the configuration right?',
  403: 'has it the rights that docs/business-systems.md names?',
  404: 'is the address in the configuration right?',
};

export const createJsonApi = ({ name, token, timeoutMs = 60_000, wait = pause }: JsonApiOptions): JsonApi => {
  const send = async (url: string, request: Request): Promise<Response> => {
    const authorization = `Bearer ${await token()}`;
    const headers = { accept: 'application/json', 'content-type': 'application/json', authorization };
    try {
      return await fetch(url, { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      const code = request.method === 'GET' ? 'LINK_DOWN' : 'LINK_TIMEOUT';
      throw new AppError(code, `${name} gives no answer`, { cause });
    }
  };
  const answered = async (url: string, request: Request): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const response = await send(url, request);
      if (response.ok) return response;
      await response.body?.cancel();
      const { status, headers } = response;
      if (status !== 429 || attempt === attempts) {
        const hint = hints[status];
        const code = status === 429 || status >= 500 ? 'LINK_DOWN' : 'INPUT_INVALID';
        const what = `${request.method} ${new URL(url).pathname}`;
        throw new AppError(code, `${name} answers ${status} to ${what}`, hint ? { hint } : {});
      }
      await wait(waitOf(headers));
    }
  };
  const ask = async <S extends TSchema>(url: string, request: Request, schema: S): Promise<Static<S>> => {
    let answer: unknown;
    try {
      answer = await (await answered(url, request)).json();
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('LINK_DOWN', `${name} ended in the middle of an answer, or answered no JSON`, { cause });
    }
    if (isValid(schema, answer)) return answer;
    throw new AppError('INPUT_INVALID', `${name} answers ${new URL(url).pathname} in a form that is not known`);
  };
  return {
    get: (url, schema) => ask(url, { method: 'GET' }, schema),
    post: (url, body, schema) => ask(url, { method: 'POST', body: JSON.stringify(body) }, schema),
  };
};
