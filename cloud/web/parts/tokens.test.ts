import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** `--name: light-dark(#light, #dark)` of a part of the tokens file. */
const tokensOf = (part: string) =>
  new Map(
    [...part.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((match) => [
      match[1] ?? '',
      { light: match[2] ?? '', dark: match[3] ?? '' },
    ]),
  );
const [normal = '', more = ''] = css.split(':root[data-contrast="more"]');
const tokens = tokensOf(normal);
const strongTokens = new Map([...tokens, ...tokensOf(more)]);

/** Relative luminance and contrast ratio, WCAG 2.2. */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

const grounds = ['paper', 'surface', 'sunken'];
const grades = ['good', 'watch', 'act', 'critical', 'unknown'];
const pairs: [string, string, number][] = [
  // The technician reads ink and soft ink in sunlight.
  ...grounds.flatMap((ground): [string, string, number][] => [
    ['ink', ground, 7],
    ['ink-soft', ground, 6.5],
    ['accent', ground, 4.5],
    ['critical', ground, 4.5],
    ['line-strong', ground, 3],
  ]),
  ...grades.map((grade): [string, string, number] => [grade, `${grade}-soft`, 4.5]),
  ['unknown', 'paper', 4.5],
  ['unknown', 'surface', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['accent', 'accent-soft', 4.5],
  ['ink', 'accent-soft', 7],
  ['ink', 'good-soft', 7],
  ['signal', 'surface', 3],
];

const ratioOf = (of: typeof tokens, theme: 'light' | 'dark', ink: string, ground: string): number =>
  contrast(of.get(ink)?.[theme] ?? '', of.get(ground)?.[theme] ?? '');

describe('colour tokens', () => {
  it.each(pairs)('%s on %s has a contrast of at least %d in both themes', (ink, ground, least) => {
    for (const theme of ['light', 'dark'] as const)
      expect(ratioOf(tokens, theme, ink, ground), theme).toBeGreaterThanOrEqual(least);
  });

  it.each(pairs)('%s on %s has more contrast for those who ask for it', (ink, ground, least) => {
    for (const theme of ['light', 'dark'] as const)
      expect(ratioOf(strongTokens, theme, ink, ground), theme).toBeGreaterThanOrEqual(Math.max(least, 7));
  });

  it('measures black on white as 21', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });
});
