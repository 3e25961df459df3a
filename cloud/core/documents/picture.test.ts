import { pictureBounds } from '@kuluma/shared/model/document-words.ts';
import { describe, expect, it } from 'vitest';
import { bareJpeg } from '../cases/photo.ts';
import { pictureSizeOf } from './picture.ts';

const text = (words: string) => [...words].map((sign) => sign.charCodeAt(0));
const segment = (code: number, body: readonly number[]) => [0xff, code, 0, body.length + 2, ...body];
const jfif = segment(0xe0, text('JFIF\0'));
const huffman = segment(0xc4, [1, 2, 3]);
const frame = (width: number, height: number, code = 0xc0) =>
  segment(code, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
const scan = [...segment(0xda, [1]), 7, 8, 9];
const jpeg = (...parts: readonly (readonly number[])[]) => Uint8Array.from([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]);
/** How a camera was held, as an Exif segment says it and nothing else. */
const turned = segment(0xe1, [
  ...text('Exif\0\0'),
  ...[0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
]);

describe('the measures of a picture', () => {
  it('are those of its frame, whatever tables stand before it and however it is coded', () => {
    expect(pictureSizeOf(jpeg(jfif, huffman, frame(640, 480), scan))).toEqual({ width: 640, height: 480 });
    expect(pictureSizeOf(jpeg(frame(300, 640, 0xc2), scan))).toEqual({ width: 300, height: 640 });
  });

  it('are none where it is too large, in pixels or in bytes', () => {
    expect(pictureSizeOf(jpeg(frame(641, 480), scan))).toBeUndefined();
    expect(pictureSizeOf(jpeg(frame(480, 641), scan))).toBeUndefined();
    expect(pictureSizeOf(jpeg(frame(480, 0), scan))).toBeUndefined();
    const long = (bytes: number) => jpeg(frame(640, 480), scan, Array<number>(bytes).fill(7));
    const spare = pictureBounds.bytes - long(0).length;
    expect(pictureSizeOf(long(spare))).toBeDefined();
    expect(pictureSizeOf(long(spare + 1))).toBeUndefined();
  });

  it('are none where it holds anything beside the picture, or lies on its side', () => {
    expect(pictureSizeOf(jpeg(segment(0xe1, text('GPS 61.5 N')), frame(640, 480), scan))).toBeUndefined();
    expect(pictureSizeOf(jpeg(segment(0xfe, text('by Aino')), frame(640, 480), scan))).toBeUndefined();
    const onSide = jpeg(turned, frame(640, 480), scan);
    expect(bareJpeg(onSide)).toEqual(onSide);
    expect(pictureSizeOf(onSide)).toBeUndefined();
  });

  it('are none of what is no whole JPEG', () => {
    expect(pictureSizeOf(new Uint8Array())).toBeUndefined();
    expect(pictureSizeOf(Uint8Array.from(text('%PDF-1.7 %%EOF')))).toBeUndefined();
    expect(pictureSizeOf(jpeg(scan))).toBeUndefined();
    expect(pictureSizeOf(jpeg(frame(640, 480), scan).subarray(0, -2))).toBeUndefined();
  });
});
