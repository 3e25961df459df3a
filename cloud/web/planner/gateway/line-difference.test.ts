import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDifference, readableParts } from './line-difference.ts';

const shown = (before: string, after: string) =>
  lineDifference(before, after).map(({ kind, text }) => `${{ added: '+', removed: '-', same: ' ' }[kind]}${text}`);

it('says which lines went and which came, and nothing of those that stay', () => {
  expect(shown('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual([' a', '-b', '+B', ' c', '+d']);
  expect(shown('a\n', 'a')).toEqual([' a']);
});

it('leads from one text to the other, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDifference(before.join('\n'), after.join('\n'));
      expect(lines.filter(({ kind }) => kind !== 'added').map((line) => line.text)).toEqual(before);
      expect(lines.filter(({ kind }) => kind !== 'removed').map((line) => line.text)).toEqual(after);
    }),
  );
});

it('keeps the lines around a change and counts the rest', () => {
  const lines = lineDifference('1\n2\n3\n4\n5\n6\n7\n8', '1\n2\n3\nx\n5\n6\n7\n8');
  expect(readableParts(lines, 1)).toEqual([
    { kind: 'skipped', count: 2 },
    { kind: 'lines', lines: lines.slice(2, 6) },
    { kind: 'skipped', count: 3 },
  ]);
  expect(readableParts(lineDifference('1', '1'))).toEqual([]);
});
