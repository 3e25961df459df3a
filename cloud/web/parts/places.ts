import type { Role } from '@kuluma/shared/model/parties.ts';

const pages = [
  ['planner', '/planner/'],
  ['technician', '/technician/'],
  ['owner', '/owner/'],
  ['admin', '/admin/'],
  ['auditor', '/audit/'],
] as const satisfies readonly (readonly [Role, string])[];

/** The page of a person: that of the first role they have, in the order in which the work flows. */
export const homeOf = (roles: readonly Role[]): string | undefined => pages.find(([role]) => roles.includes(role))?.[1];
