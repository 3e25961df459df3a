import { dayMs } from '@kuluma/shared/model/units.ts';
import type { LetterLinks } from '../pipelines/write-mail.ts';
import { caseLinkSecret, createLink } from './principal.ts';

type LinkDeps = Parameters<typeof createLink>[0];

/** How long the links of a letter open their pages; wall time. */
const openLinkLifeMs = 14 * dayMs;
/** An offer's page tells where the matter stands until the machine is well again. */
const offerLinkLifeMs = 90 * dayMs;
/** The contract can be read by its letter for as long as its offer stands, and its first year. */
const contractLinkLifeMs = 400 * dayMs;
const stopLinkLifeMs = 365 * dayMs;

type Who = Pick<Parameters<typeof createLink>[2], 'organisationId' | 'personId' | 'contactId'>;

const openSecret = (deps: LinkDeps, who: Who, about: Parameters<LetterLinks>[1]): Promise<string> => {
  const roles = ['owner'] as const;
  if (about?.caseId) return caseLinkSecret(deps, { organisationId: who.organisationId, caseId: about.caseId });
  if (about?.contractOfferId) {
    const { contractOfferId } = about;
    return createLink(deps, 'contractLink', { ...who, contractOfferId, roles: [...roles] }, contractLinkLifeMs);
  }
  return about?.offerId
    ? createLink(deps, 'offerLink', { ...who, offerId: about.offerId, roles: [...roles] }, offerLinkLifeMs)
    : createLink(deps, 'signInLink', { ...who, roles: [...roles] }, openLinkLifeMs);
};

/** Makes the links of letters: to one offer, one case or all, and to stop letters. */
export const letterLinks =
  (deps: LinkDeps): LetterLinks =>
  async ({ organisationId, id }, about) => {
    const who = { organisationId, personId: null, contactId: id };
    return {
      open: await openSecret(deps, who, about),
      stop: await createLink(deps, 'stopLink', { ...who, roles: [] }, stopLinkLifeMs),
    };
  };
