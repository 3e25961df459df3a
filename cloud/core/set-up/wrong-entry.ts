/** Something that a person gave and that cannot be worked in; nothing of it is. */
export class WrongEntry extends Error {
  /** The field of the form, or the column of the row. */
  readonly field: string;
  readonly hint: string | undefined;
  constructor(field: string, message: string, hint?: string) {
    super(message);
    this.field = field;
    this.hint = hint;
  }
}
