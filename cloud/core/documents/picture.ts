import { pictureBounds } from '@kuluma/shared/model/document-words.ts';
import type { PictureSize } from '@kuluma/shared/model/documents.ts';
import { bareJpeg } from '../cases/photo.ts';

/** Markers of JPEG, after their 0xff: a start of frame holds the measures. Source: ITU-T T.81, table B.1. */
const isFrame = (code: number): boolean => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
const startOfScan = 0xda;
const exif = 0xe1;

const fits = (pixels: number): boolean => pixels > 0 && pixels <= pictureBounds.pixels;

/**
 * The measures of a small JPEG that holds nothing beside its picture, neither place nor time; undefined for any other
 * file, for one that is too large, and for one that lies on its side until it is turned.
 */
export const pictureSizeOf = (bytes: Uint8Array): PictureSize | undefined => {
  if (bytes.length > pictureBounds.bytes || bareJpeg(bytes)?.length !== bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length; at += 2 + view.getUint16(at + 2)) {
    const code = view.getUint8(at + 1);
    if (code === exif || code === startOfScan) return undefined;
    if (!isFrame(code)) continue;
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    return fits(width) && fits(height) ? { width, height } : undefined;
  }
  return undefined;
};
