/** A spreadsheet runs what begins so (OWASP: CSV injection), also behind apostrophes of ours. */
const isArmed = (text: string): boolean => /^'*[=+\-@\t\r]/.test(text) && !/^-\d+(\.\d+)?$/.test(text);

/**
 * The cell as a person may open it in a spreadsheet: what it would run has an apostrophe before it. Numbers stay as they
 * are, so that they can be summed.
 */
export const disarmed = (text: string): string => (isArmed(text) ? `'${text}` : text);

/** What `disarmed` was given. */
export const rearmed = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
