/** Why a picture is not taken. */
export type PhotoRefusal = 'photoTooLarge' | 'noPhoto';

/** Marker codes of JPEG, after their 0xff. Source: ITU-T T.81, annex B. */
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const comment = 0xfe;
const isRestart = (code: number): boolean => code >= 0xd0 && code <= 0xd7;
const isApplication = (code: number): boolean => code >= 0xe0 && code <= 0xef;

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((sign, at) => bytes[at] === sign.charCodeAt(0));

/** Without these a picture has other proportions or colours: JFIF, colour profile, Adobe's transform. */
const isNeeded = (code: number, body: Uint8Array): boolean =>
  (code === 0xe0 && startsWith(body, 'JFIF')) || (code === 0xe2 && startsWith(body, 'ICC_PROFILE')) || code === 0xee;

const exifMark = 'Exif\0\0';
const orientationTag = 0x0112;

/** How the camera was held, 1 to 8, of an Exif segment; undefined where it does not say. Source: Exif 3.0, 4.6.5. */
const orientationOf = (body: Uint8Array): number | undefined => {
  if (!startsWith(body, exifMark)) return undefined;
  const tiff = new DataView(body.buffer, body.byteOffset + exifMark.length, body.byteLength - exifMark.length);
  try {
    const isLittle = tiff.getUint16(0) === 0x4949;
    const directory = tiff.getUint32(4, isLittle);
    const entries = tiff.getUint16(directory, isLittle);
    for (let entry = 0; entry < entries; entry++) {
      const at = directory + 2 + entry * 12;
      if (tiff.getUint16(at, isLittle) !== orientationTag) continue;
      const value = tiff.getUint16(at + 8, isLittle);
      return value >= 1 && value <= 8 ? value : undefined;
    }
  } catch (error) {
    // A directory that points past its end says nothing.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
};

/** An Exif segment that says how the camera was held, and nothing else. */
const orientationSegment = (value: number): Uint8Array => {
  const fields = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0];
  const body = [...new TextEncoder().encode(exifMark), ...fields];
  return Uint8Array.from([0xff, 0xe1, 0, body.length + 2, ...body]);
};

/** Where the coded data of a scan end: at the next marker that is no restart. */
const endOfScan = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] as number;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return bytes.length;
};

/**
 * A photo without what its camera wrote into it: place, time, device, owner, previews and whatever stands behind its end
 * are left out; how the camera was held stays, as the picture would lie on its side.
 * @returns undefined for what is no whole JPEG
 */
export const bareJpeg = (bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined => {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return undefined;
  const kept: Uint8Array[] = [];
  let orientation: number | undefined;
  let hasScan = false;
  for (let at = 2; at + 1 < bytes.length; ) {
    const code = bytes[at + 1] as number;
    if (bytes[at] !== 0xff) return undefined;
    if (code === 0xff) {
      at += 1;
      continue;
    }
    if (code === endOfImage) {
      const held = orientation === undefined || orientation === 1 ? [] : [orientationSegment(orientation)];
      const parts = [Uint8Array.of(0xff, startOfImage), ...held, ...kept, Uint8Array.of(0xff, endOfImage)];
      return hasScan ? joined(parts) : undefined;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const bodyEnd = at + 2 + length;
    if (length < 2 || bodyEnd > bytes.length) return undefined;
    const body = bytes.subarray(at + 4, bodyEnd);
    if (code === 0xe1) orientation ??= orientationOf(body);
    const end = code === startOfScan ? endOfScan(bytes, bodyEnd) : bodyEnd;
    if (code === startOfScan) hasScan = true;
    if ((!isApplication(code) && code !== comment) || isNeeded(code, body)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return undefined;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
