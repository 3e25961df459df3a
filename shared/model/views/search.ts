import { type Static, Type } from 'typebox';
import { closed, oneOf } from '../base.ts';
import { MachineHead } from './common.ts';

/** A machine that a search found; `text` is what was found, as it is written. */
export const SearchHitView = Type.Object(
  { machine: MachineHead, by: oneOf(['machine', 'owner', 'site', 'contact']), text: Type.String() },
  closed,
);
export type SearchHitView = Static<typeof SearchHitView>;
