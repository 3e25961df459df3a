import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { printReport } from './report-pdf.ts';

const bottom = 841.89 - 56;

const streamsOf = (pdf: Uint8Array): string[] =>
  [
    ...Buffer.from(pdf)
      .toString('latin1')
      .matchAll(/FlateDecode[\s\S]*?stream\n([\s\S]*?)\nendstream/g),
  ].map(([, packed]) => inflateSync(Buffer.from(packed ?? '', 'latin1')).toString('latin1'));

/** Heights to which lines are drawn, from the top of their page. */
const drawnTo = (pdf: Uint8Array): number[] =>
  streamsOf(pdf).flatMap((stream) => [...stream.matchAll(/^[\d.]+ ([\d.]+) l$/gm)].map(([, y]) => Number(y)));

const plain = {
  language: 'en',
  title: 'Service report',
  company: 'Huolto Oy',
  facts: [],
  sections: [],
  signature: { title: 'Signature', line: 'Otto', strokes: [[0, 0, 1000, 400]] },
  mark: 'vis_1',
} as const;

describe('a report on paper', () => {
  it.each([30, 34, 38, 42, 46])('has the whole signature on one page after %i lines', async (count) => {
    const pdf = await printReport({
      ...plain,
      sections: [{ title: 'Parts', lines: Array.from({ length: count }, (_, at) => `Part ${at}`) }],
    });
    const heights = drawnTo(pdf);
    expect(heights).toHaveLength(1);
    expect(Math.max(...heights)).toBeLessThan(bottom);
  });

  it('has the letters of names from Poland and from Ukraine, in fonts that it brings along', async () => {
    const facts = [{ name: 'Technician', value: 'Łucja Żółć, Жанна Щербак' }];
    const pdf = await printReport({ ...plain, facts });
    const letters = streamsOf(pdf)
      .filter((stream) => stream.includes('begincmap'))
      .join(' ');
    for (const letter of 'ŁŻćЖЩк') expect(letters).toContain(`<${letter.charCodeAt(0).toString(16).padStart(4, '0')}>`);
    expect(Buffer.from(pdf).toString('latin1')).not.toContain('Helvetica');
  });
});
