import { AppError } from '@kuluma/shared/errors.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { Type } from 'typebox';

export interface InfluxOptions {
  /** http://host:port */
  readonly url: string;
  readonly database: string;
  /** `user:password` of InfluxDB 1.x or an API token of 2.x and later; without it no credentials are sent. */
  readonly token?: string;
  readonly timeoutMs?: number;
}

/** One series of an answer: its tags and its rows, times as epoch ms. */
export interface ResultSeries {
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | null)[])[];
}

const Answer = Type.Object({
  error: Type.Optional(Type.String()),
  results: Type.Optional(
    Type.Array(
      Type.Object({
        error: Type.Optional(Type.String()),
        series: Type.Optional(
          Type.Array(
            Type.Object({
              tags: Type.Optional(Type.Record(Type.String(), Type.String())),
              columns: Type.Array(Type.String()),
              values: Type.Array(Type.Array(Type.Union([Type.String(), Type.Number(), Type.Null()]))),
            }),
          ),
        ),
      }),
    ),
  ),
});

/**
 * How a server learns who asks. A user with a password goes as all versions of 1.x and the 1.x API of 2.x know them; the
 * scheme `Token` for both came with 1.8 only.
 */
export const influxHeaders = (token: string | undefined): { readonly authorization?: string } => {
  if (!token) return {};
  return { authorization: token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Token ${token}` };
};

/**
 * Runs one InfluxQL statement, the language that InfluxDB 1.x, 2.x (with a DBRP mapping) and 3.x share.
 * `params` are bound as `$name`; what is not data (numbers that we computed) stands in the text.
 * @throws STORE_UNAVAILABLE when the server cannot be reached or answers with an error.
 */
export const influxQuery = async (
  options: InfluxOptions,
  statement: string,
  params: Readonly<Record<string, string>> = {},
): Promise<readonly ResultSeries[]> => {
  const body = new URLSearchParams({
    db: options.database,
    epoch: 'ms',
    q: statement,
    params: JSON.stringify(params),
  });
  const headers = influxHeaders(options.token);
  const refuse = (why: string, cause?: unknown) =>
    new AppError('STORE_UNAVAILABLE', `InfluxDB at ${options.url}: ${why}`, {
      cause,
      hint: 'see whether the server runs and the database name and token are right',
    });
  let answer: unknown;
  try {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    answer = await (await fetch(new URL('/query', options.url), { method: 'POST', body, headers, signal })).json();
  } catch (cause) {
    throw refuse('no answer', cause);
  }
  if (!isValid(Answer, answer)) throw refuse('an answer of unknown shape');
  const error = answer.error ?? answer.results?.[0]?.error;
  if (error !== undefined) throw refuse(error);
  return answer.results?.[0]?.series ?? [];
};
