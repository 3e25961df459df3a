import type { Actor, Id } from '@kuluma/shared/model/base.ts';
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

/** Who a change is told of that a principal asks for. */
export const actorOf = ({ personId, contactId }: Principal): Actor | undefined => {
  if (personId) return { kind: 'person', personId };
  return contactId ? { kind: 'contact', contactId } : undefined;
};
