import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { printReport } from './report-pdf.ts';

const bottom = 841.89 - 56;

/** Heights to which lines are drawn, from the top of their page. */
const drawnTo = (pdf: Uint8Array): number[] =>
  [
    ...Buffer.from(pdf)
      .toString('latin1')
      .matchAll(/FlateDecode[\s\S]*?stream\n([\s\S]*?)\nendstream/g),
  ].flatMap(([, packed]) =>
    [
      ...inflateSync(Buffer.from(packed ?? '', 'latin1'))
        .toString('latin1')
        .matchAll(/^[\d.]+ ([\d.]+) l$/gm),
    ].map(([, y]) => Number(y)),
  );

describe('a report on paper', () => {
  it.each([30, 34, 38, 42, 46])('has the whole signature on one page after %i lines', async (count) => {
    const pdf = await printReport({
      language: 'en',
      title: 'Service report',
      company: 'Huolto Oy',
      facts: [],
      sections: [{ title: 'Parts', lines: Array.from({ length: count }, (_, at) => `Part ${at}`) }],
      signature: { title: 'Signature', line: 'Otto', strokes: [[0, 0, 1000, 400]] },
      mark: 'vis_1',
    });
    const heights = drawnTo(pdf);
    expect(heights).toHaveLength(1);
    expect(Math.max(...heights)).toBeLessThan(bottom);
  });
});
