import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { EnrolledView, gatewayFiles } from '@kuluma/shared/model/views/enrolment.ts';
import { askIdentity, identityOf } from './identity.ts';

const timeoutMs = 20_000;

/** A code and the token that it is taken for do not travel in the clear, but inside this machine. */
const enrolUrlOf = (service: string): URL => {
  const url = URL.canParse(service) ? new URL(setUpPaths.enrol(), service) : undefined;
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return url;
  throw new AppError('INPUT_INVALID', `${service} is no address that a code may be sent to`, {
    hint: 'such as https://service.example.com; a certificate of its own: NODE_EXTRA_CA_CERTS=ca.pem',
  });
};

const askFor = async (url: URL, given: { code: string; request?: string }): Promise<EnrolledView> => {
  const body = JSON.stringify(given);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) }).catch(
    (cause: unknown) => {
      throw new AppError('LINK_DOWN', `${url.origin} does not answer`, {
        cause,
        hint: 'check the address and the line',
      });
    },
  );
  if (answer.status === 401)
    throw new AppError('NOT_SIGNED_IN', 'this code enrols no gateway', {
      hint: 'a code is good once and for some days: ask a planner for another one',
    });
  if (!answer.ok)
    throw new AppError('LINK_DOWN', `${url.origin} answers ${answer.status}`, { hint: 'try again later' });
  return parse(EnrolledView, await answer.json(), 'the answer of the service');
};

const makeFile = (file: string): Promise<FileHandle> =>
  open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw new AppError('INPUT_INVALID', `${file} cannot be made`, {
      ...{ cause, hint: 'name a file that is not there yet, in a folder that is' },
    });
  });

/** Files that are made before the code is used, to be sure that what it gives can be kept; those that stay empty go. */
const withFiles = async <T>(
  files: readonly string[],
  work: (write: (file: string, text: string) => Promise<void>) => Promise<T>,
): Promise<T> => {
  const made = new Map<string, FileHandle>();
  const written = new Set<string>();
  let isDone = false;
  try {
    for (const file of files) made.set(file, await makeFile(file));
    const answer = await work(async (file, text) => {
      await made.get(file)?.writeFile(text);
      await made.get(file)?.sync();
      written.add(file);
    });
    isDone = true;
    return answer;
  } finally {
    for (const [file, handle] of made) {
      await handle.close();
      if (!isDone || !written.has(file)) await rm(file, { force: true });
    }
  }
};

export interface EnrolOptions {
  readonly service: string;
  readonly code: string;
  /** The configuration to begin; what else there is to keep stands beside it. */
  readonly out: string;
  /** A token is asked for where a certificate could be given. */
  readonly token?: boolean;
}

/**
 * Takes a code for a certificate, whose key is made here and never leaves, or for a token where the service gives none;
 * and writes the beginning of the configuration, for its user alone.
 * @throws INPUT_INVALID when one of the files is there already: before the code is used
 */
export const enrol = async ({ service, code, out, token = false }: EnrolOptions): Promise<EnrolledView> => {
  const url = enrolUrlOf(service);
  const [identity, authority] = [gatewayFiles.identity, gatewayFiles.authority].map((name) =>
    join(dirname(out), name),
  ) as [string, string];
  const asked = token ? undefined : await askIdentity(code.slice(0, Math.max(0, code.indexOf('.'))));
  return withFiles(token ? [out, authority] : [out, authority, identity], async (write) => {
    const enrolled = await askFor(url, asked ? { code, request: asked.request } : { code });
    if (enrolled.certificate !== null && asked)
      await write(identity, identityOf(`${enrolled.certificate.trim()}\n${asked.key.trim()}\n`, 'the answer').pem);
    if (enrolled.authority !== null) await write(authority, enrolled.authority);
    await write(out, enrolled.gatewayFile);
    return enrolled;
  });
};
