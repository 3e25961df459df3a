import type { ServiceDesk } from '@kuluma/shared/model/parties.ts';
import type { OwnerFrame } from '../../core/messages/owner-pages/owner-frame.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';

/** Who answers owners: the service desk, else a planner who has a number. */
const deskOf = async (lookup: Lookup, desk: ServiceDesk | undefined): Promise<ServiceDesk | null> => {
  if (desk) return desk;
  const planner = (await lookup.list('person')).find(({ roles, phone }) => roles.includes('planner') && phone !== '');
  return planner ? { name: planner.name, phone: planner.phone, email: planner.email } : null;
};

export const ownerFrameOf = async (
  lookup: Lookup,
  page: Pick<OwnerFrame, 'language' | 'style' | 'url' | 'writeUrl'>,
): Promise<OwnerFrame> => {
  const { name, serviceDesk, timeZone } = needed(
    await lookup.get('organisation', lookup.organisationId),
    'organisation',
  );
  return { ...page, company: name, timeZone, desk: await deskOf(lookup, serviceDesk) };
};
