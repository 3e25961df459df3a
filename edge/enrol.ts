import { open, rm } from 'node:fs/promises';
import { AppError } from '@kuluma/shared/errors.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { EnrolledView } from '@kuluma/shared/model/views/enrolment.ts';

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

const askFor = async (url: URL, code: string): Promise<EnrolledView> => {
  const body = JSON.stringify({ code });
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

/**
 * Takes a code for a token of this gateway's own and writes the beginning of its configuration, for its user alone.
 * @throws INPUT_INVALID when the file is there already: before the code is used
 */
export const enrol = async (service: string, code: string, file: string): Promise<EnrolledView> => {
  const url = enrolUrlOf(service);
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw new AppError('INPUT_INVALID', `${file} cannot be made`, {
      ...{ cause, hint: 'name a file that is not there yet, in a folder that is' },
    });
  });
  try {
    const enrolled = await askFor(url, code);
    await handle.writeFile(enrolled.gatewayFile);
    await handle.sync();
    return enrolled;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
};
