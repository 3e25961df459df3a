import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { deskHeader, ProblemError } from './api-client.ts';

/** The bytes of a file of the service, for whom the page is. @throws ProblemError */
export const getFile = async (path: string, signal: AbortSignal | null = null): Promise<Blob> => {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', headers: deskHeader(), signal });
    if (response.ok) return await response.blob();
  } catch (cause) {
    const problem = { code: 'LINK_DOWN', message: 'no answer from the service', faults: [], reference: '' };
    throw new ProblemError(0, problem, { cause });
  }
  throw new ProblemError(response.status, (await response.json()) as ProblemView);
};

/** So long a browser may take to begin to read what it was given. */
const readWithinMs = 60_000;

/**
 * Opens a file in a tab of its own, at a page of it. The tab comes first: none may be opened later than the touch that asks
 * for it.
 */
export const openFile = async (bytes: Promise<Blob>, page: number | null): Promise<void> => {
  const tab = window.open('', '_blank');
  try {
    const url = URL.createObjectURL(await bytes);
    setTimeout(() => URL.revokeObjectURL(url), readWithinMs);
    const place = page === null ? url : `${url}#page=${page}`;
    if (tab) tab.location.replace(place);
    else location.assign(place);
  } catch (error) {
    tab?.close();
    throw error;
  }
};
