import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { Principal } from '../../core/access/principal.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';

export const meViewOf = async (lookup: Lookup, principal: Principal): Promise<MeView> => {
  const { organisationId, personId, contactId, roles, technicianId, ownerId } = principal;
  const organisation = needed(await lookup.get('organisation', organisationId), 'organisation');
  const who = personId ? await lookup.get('person', personId) : contactId && (await lookup.get('contact', contactId));
  const { name, language } = needed(who || undefined, 'person');
  return {
    organisationId,
    organisationName: organisation.name,
    name,
    language,
    roles: [...roles],
    timeZone: organisation.timeZone,
    technicianId,
    ownerId,
  };
};
