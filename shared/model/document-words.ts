/** What a document is, in the order in which it is wanted at a machine. No schemas here: pages load this. */
export const documentKinds = ['bulletin', 'manual', 'drawing', 'certificate', 'picture'] as const;
/** `internal` is for the service company alone, `owner` for the machine's owner too. */
export const documentAudiences = ['internal', 'owner'] as const;
/** Manuals come in more languages than the product speaks. */
export const documentLanguages = ['fi', 'sv', 'en', 'de'] as const;
/** What a file may be, by its content. */
export const documentMediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type DocumentMediaType = (typeof documentMediaTypes)[number];
/** What came of reading the text of a PDF: there is some, all of it is pictures, or the file is locked or broken. */
export const documentTextStates = ['read', 'noText', 'unreadable'] as const;
/** A larger one would not fit on a phone beside the others of a day. */
export const mostDocumentBytes = 32 * 1024 * 1024;
/** Of the picture of a machine: an offer with it has to open in a second on a slow phone. */
export const pictureBounds = { pixels: 640, bytes: 25 * 1024 } as const;
