import { dayMs } from '@kuluma/shared/model/units.ts';
import type { LetterLinks } from '../pipelines/write-mail.ts';
import { createLink } from './principal.ts';

/** How long the links of a letter open their pages; wall time. */
const openLinkLifeMs = 14 * dayMs;
/** An offer's page tells where the matter stands until the machine is well again. */
const offerLinkLifeMs = 90 * dayMs;
const stopLinkLifeMs = 365 * dayMs;

/** Makes the links of letters: to one offer or to all, and to stop letters. */
export const letterLinks =
  (deps: Parameters<typeof createLink>[0]): LetterLinks =>
  async ({ organisationId, id }, offerId) => {
    const who = { organisationId, personId: null, contactId: id };
    return {
      open: offerId
        ? await createLink(deps, 'offerLink', { ...who, offerId, roles: ['owner'] }, offerLinkLifeMs)
        : await createLink(deps, 'signInLink', { ...who, roles: ['owner'] }, openLinkLifeMs),
      stop: await createLink(deps, 'stopLink', { ...who, roles: [] }, stopLinkLifeMs),
    };
  };
