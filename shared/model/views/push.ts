import { type Static, Type } from 'typebox';
import { closed, orNull } from '../base.ts';
import { PushAddress } from '../push.ts';

/** What a browser needs to hear of changed days. */
export const PushView = Type.Object(
  {
    /** Of the service (RFC 8292), base64url; null where it sends none. */
    publicKey: orNull(Type.String()),
  },
  closed,
);
export type PushView = Static<typeof PushView>;

/** The same address given twice stands once. */
export const AddPushCommand = PushAddress;
export type AddPushCommand = Static<typeof AddPushCommand>;
export const EndPushCommand = Type.Pick(PushAddress, ['endpoint'], closed);
export type EndPushCommand = Static<typeof EndPushCommand>;
