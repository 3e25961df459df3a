import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareJpeg } from './photo.ts';

const text = (of: string) => [...of].map((sign) => sign.charCodeAt(0));
const segment = (code: number, body: readonly number[]) => {
  const length = body.length + 2;
  return [0xff, code, length >> 8, length & 255, ...body];
};
const start = [0xff, 0xd8];
const end = [0xff, 0xd9];
const jfif = segment(0xe0, text('JFIF\0'));
const tables = segment(0xdb, [1, 2, 3]);
/** Coded data with a stuffed byte and a restart marker. */
const scan = [...segment(0xda, [9]), 7, 0xff, 0, 8, 0xff, 0xd3, 6];
const exif = (orientation: number, isLittle = true) => {
  const two = (value: number) => (isLittle ? [value, 0] : [0, value]);
  const four = (value: number) => (isLittle ? [value, 0, 0, 0] : [0, 0, 0, value]);
  const tag = isLittle ? [0x12, 0x01] : [0x01, 0x12];
  const header = [...text(isLittle ? 'II' : 'MM'), ...two(42), ...four(8)];
  const entry = [...tag, ...two(3), ...four(1), ...two(orientation), 0, 0];
  return segment(0xe1, [...text('Exif\0\0'), ...header, ...two(1), ...entry, ...four(0), ...text('GPS 61.5 N')]);
};
const bare = (...parts: readonly (readonly number[])[]) => {
  const result = bareJpeg(Uint8Array.from(parts.flat()));
  return result && [...result];
};

describe('a photo', () => {
  it('loses what its camera and programs wrote into it, and what stands behind its end', () => {
    const told = [exif(1), segment(0xe1, text('http://ns.adobe.com/xap/')), segment(0xfe, text('by Aino'))];
    expect(bare(start, jfif, ...told, tables, scan, end, text('a film with its place'))).toEqual(
      [start, jfif, tables, scan, end].flat(),
    );
  });

  it.each([true, false])('keeps how the camera was held (little-endian: %s)', (isLittle) => {
    const result = bare(start, exif(6, isLittle), tables, scan, end) ?? [];
    expect(String.fromCharCode(...result)).not.toContain('GPS');
    expect(bare(result)).toEqual(result);
    expect(result.slice(2, 6)).toEqual([0xff, 0xe1, 0, 34]);
    expect(result[31]).toBe(6);
  });

  it('keeps all its scans', () => {
    expect(bare(start, scan, segment(0xc4, [1]), scan, end)).toEqual(
      [start, scan, segment(0xc4, [1]), scan, end].flat(),
    );
  });

  it('is none when it is cut off, empty, or something else', () => {
    expect(bare(text('%PDF-1.7 …'))).toBeUndefined();
    expect(bare([])).toBeUndefined();
    expect(bare(start, tables, scan)).toBeUndefined();
    expect(bare(start, tables, end)).toBeUndefined();
    expect(bare(start, [0xff, 0xdb, 0xff, 0xff, 1])).toBeUndefined();
  });

  it('never holds a hidden word, whatever stands in it, and never breaks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(15), (noise, kind) => {
        const hidden = segment(0xe0 + kind, [...text('SECRET'), ...noise]);
        const result = bare(start, jfif, hidden, tables, scan, end) ?? [];
        if (kind !== 14) expect(String.fromCharCode(...result)).not.toContain('SECRET');
        bareJpeg(Uint8Array.from([...start, ...noise]));
      }),
    );
  });
});
