import { describe, expect, it } from 'vitest';
import { mostHits, searchPages, searchTextOf } from './document-search.ts';

const manual = searchTextOf([
  'Sisällysluettelo. Laakerit. Tiivisteet.',
  'Pallolaakerin rasvaus: 12 g rasvaa 2 000 tunnin välein.',
  'Liukurengastiivisteen vaihto. Pumpun akseli puhdistetaan.',
]);
const bulletin = searchTextOf(['Laakerin 6309 rasva vaihtuu: käytä rasvaa LGHP 2.']);
const found = (query: string) => searchPages([manual, bulletin], query).map(({ text, page }) => [text, page]);
const hitsOf = (query: string) =>
  searchPages([manual, bulletin], query).map(({ excerpt }) =>
    excerpt.filter(({ isHit }) => isHit).map((one) => one.text),
  );

describe('the search in documents', () => {
  it('finds a word within a compound, and words of their own first', () => {
    expect(found('laakerin')).toEqual([
      [1, 1],
      [0, 2],
      [0, 1],
    ]);
    expect(found('tiiviste')).toEqual([
      [0, 1],
      [0, 3],
    ]);
  });

  it('minds neither case nor accents nor the ending of a long word', () => {
    expect(found('KÄYTÄ')).toEqual([[1, 1]]);
    expect(found('kayta')).toEqual([[1, 1]]);
    expect(found('sisällysluettelossa')).toEqual([]);
    expect(found('sisällysluettelon')).toEqual([[0, 1]]);
  });

  it('shows pages with all words, and where there are none those with the most', () => {
    expect(found('laakeri rasva')).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(found('pumpun kompressori')).toEqual([[0, 3]]);
    expect(found('kompressori')).toEqual([]);
  });

  it('marks in an excerpt what was searched for, as it is written there', () => {
    expect(hitsOf('pumpun AKSELI')).toEqual([['Pumpun', 'akseli']]);
    const [hit] = searchPages(
      [searchTextOf([`${'alku '.repeat(60)}Venttiili\nvuotaa. ${'loppu '.repeat(60)}`])],
      'venttiili',
    );
    const text = hit?.excerpt.map((piece) => piece.text).join('') ?? '';
    expect(text).toMatch(/^… alku .*Venttiili vuotaa\. .*loppu …$/);
    expect(text.length).toBeLessThan(200);
  });

  it('finds nothing for nothing, and no more than anybody reads', () => {
    expect(found('')).toEqual([]);
    expect(found('  a . ')).toEqual([]);
    expect(searchPages([], 'laakeri')).toEqual([]);
    expect(searchPages([searchTextOf(Array.from({ length: 50 }, () => 'sama'))], 'sama')).toHaveLength(mostHits);
  });

  it('keeps excerpts in step with signs that are longer than one, and with letters that have no small form', () => {
    expect(hitsOf('').length).toBe(0);
    const [hit] = searchPages([searchTextOf(['İ 🙂 ß Ångström laakeri'])], 'angstrom');
    expect(hit?.excerpt.find(({ isHit }) => isHit)?.text).toBe('Ångström');
  });
});
