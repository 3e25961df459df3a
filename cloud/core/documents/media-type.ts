import type { DocumentMediaType } from '@kuluma/shared/model/document-words.ts';

/** How a JPEG begins: start of image and the next marker. Source: ITU-T T.81, annex B. */
export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** Source: ISO/IEC 15948, clause 5.2. */
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const isPng = (bytes: Uint8Array): boolean => pngSignature.every((byte, at) => bytes[at] === byte);

/** Within so many bytes of its beginning and of its end a PDF says that it is one. Source: ISO 32000-1, annex H.3. */
const pdfMargin = 1024;
const holds = (bytes: Uint8Array, mark: string): boolean => new TextDecoder('latin1').decode(bytes).includes(mark);
/** A PDF that was cut off on its way has no end. */
const isPdf = (bytes: Uint8Array): boolean =>
  holds(bytes.subarray(0, pdfMargin), '%PDF-') && holds(bytes.subarray(-pdfMargin), '%%EOF');

/** What a file is by its content, whatever it is called; undefined for what no document may be. */
export const mediaTypeOf = (bytes: Uint8Array): DocumentMediaType | undefined => {
  if (isPdf(bytes)) return 'application/pdf';
  if (isJpeg(bytes)) return 'image/jpeg';
  return isPng(bytes) ? 'image/png' : undefined;
};
