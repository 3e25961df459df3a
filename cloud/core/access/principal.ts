import type { Id } from '@kuluma/shared/model/base.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import { type Right, rightsOfRole } from './rights.ts';

/** Who asks: a member of staff or an owner's contact, and as what. */
export interface Principal {
  readonly organisationId: Id<'organisation'>;
  readonly personId: Id<'person'> | null;
  readonly contactId: Id<'contact'> | null;
  readonly ownerId: Id<'owner'> | null;
  readonly technicianId: Id<'technician'> | null;
  readonly roles: readonly Role[];
}

/** Whether a principal may do what needs the right; without a principal only what is public. */
export const mayUse = (principal: Principal | undefined, right: Right): boolean =>
  right === 'public' || (principal?.roles.some((role) => rightsOfRole[role].includes(right)) ?? false);
