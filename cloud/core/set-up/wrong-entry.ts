import type { EntryFault } from '@kuluma/shared/model/set-up-kinds.ts';

/** Something that a person gave and that cannot be worked in; nothing of it is. */
export class WrongEntry extends Error {
  /** The field of the form, or the column of the row. */
  readonly field: string;
  /** For whoever words it in another language. */
  readonly code: EntryFault;
  readonly hint: string | undefined;
  constructor(field: string, code: EntryFault, message: string, hint?: string) {
    super(message);
    this.field = field;
    this.code = code;
    this.hint = hint;
  }
}
