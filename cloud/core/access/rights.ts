import type { Role } from '@kuluma/shared/model/parties.ts';

/** Everything that a route can ask for. `public` needs no sign-in. */
export const rights = [
  'public',
  'me:read',
  'status:read',
  'fleet:read',
  'machine:read',
  'machine:measure',
  'recommendation:read',
  'recommendation:decide',
  'offer:read',
  'offer:answer',
  'wishes:change',
  'day:read',
  'visit:report',
  'gateway:read',
  'gateway:configure',
  'model:read',
  'model:decide',
  'plan:read',
  'plan:change',
  'setUp:read',
  'setUp:change',
  'case:read',
  'case:write',
  'case:close',
] as const;
export type Right = (typeof rights)[number];

/** Which role has which right. What is not here is not allowed. */
export const rightsOfRole: { readonly [R in Role]: readonly Right[] } = {
  planner: [
    'me:read',
    'status:read',
    'fleet:read',
    'machine:read',
    'machine:measure',
    'recommendation:read',
    'recommendation:decide',
    'offer:read',
    'gateway:read',
    'gateway:configure',
    'model:read',
    'model:decide',
    'plan:read',
    'plan:change',
    'setUp:read',
    'setUp:change',
    'case:read',
    'case:write',
    'case:close',
  ],
  technician: ['me:read', 'machine:read', 'day:read', 'visit:report', 'case:read', 'case:write'],
  owner: ['me:read', 'machine:read', 'offer:read', 'offer:answer', 'wishes:change', 'case:read', 'case:write'],
};
