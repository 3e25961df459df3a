/** What the text of a document's file may come to: some thousand pages of close print. */
export const mostPages = 3_000;
/** In signs. */
export const mostPageSigns = 20_000;
export const mostQuerySigns = 80;
/** Nobody reads further: a better word finds a shorter list. */
export const mostHits = 20;
const mostTerms = 8;
/** Endings of Finnish and Swedish are long: a word that is long enough is found without its last letters too. */
const stemmedFrom = 7;
const endingSigns = 2;
/** Around the place that an excerpt shows, in signs. */
const excerptBefore = 60;
const excerptSigns = 180;

/** A piece of an excerpt; `isHit` where it is what was searched for. */
export interface ExcerptPiece {
  readonly text: string;
  readonly isHit: boolean;
}
/** A page that holds what was searched for, and where in the list of texts it stands. */
export interface PageHit {
  readonly text: number;
  /** Counted from the first page as 1. */
  readonly page: number;
  readonly excerpt: readonly ExcerptPiece[];
}

/** The text of a file by page, as it is read and as it is searched: sign for sign at the same places. */
export interface SearchText {
  readonly pages: readonly string[];
  readonly folded: readonly string[];
}

const bareSigns = new Map<string, string>();
const bareSign = (sign: string): string => {
  const known = bareSigns.get(sign);
  if (known !== undefined) return known;
  const [bare = sign] = sign.normalize('NFD').toLowerCase();
  bareSigns.set(sign, bare);
  return bare;
};
/** Without case and accents, of the same length: whoever has no ä on the keyboard finds it by an a. */
const fold = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/[^\0-\x7f]/g, bareSign);

export const searchTextOf = (pages: readonly string[]): SearchText => ({ pages, folded: pages.map(fold) });

/** The words of a query, each once. */
const termsOf = (query: string): string[] => [
  ...new Set(
    fold(query.slice(0, mostQuerySigns).normalize('NFC'))
      .split(/[^\p{L}\p{N}]+/u)
      .filter((term) => term.length > 1)
      .slice(0, mostTerms),
  ),
];

const isWordSign = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

/** How well a page holds a word: as a word of its own, as the beginning of one, within a compound; 0 for not at all. */
const qualityOf = (page: string, term: string): number => {
  let best = 0;
  for (let at = page.indexOf(term); at >= 0 && best < 3; at = page.indexOf(term, at + 1)) {
    const begins = !isWordSign(page[at - 1]);
    best = Math.max(best, begins ? (isWordSign(page[at + term.length]) ? 2.5 : 3) : 2);
  }
  return best;
};
interface Found {
  /** As it stands on the page: the word of the query, or that without its ending. */
  readonly form: string;
  readonly quality: number;
}
const findIn = (page: string, term: string): Found | undefined => {
  const quality = qualityOf(page, term);
  if (quality > 0) return { form: term, quality };
  if (term.length < stemmedFrom) return undefined;
  const form = term.slice(0, -endingSigns);
  return page.includes(form) ? { form, quality: 1 } : undefined;
};

/** A line of the page around the first place of the rarest word, with all words marked. */
const excerptOf = (page: string, folded: string, forms: readonly string[]): ExcerptPiece[] => {
  const place = folded.indexOf(forms[0] ?? '');
  const from = place <= excerptBefore ? 0 : page.indexOf(' ', place - excerptBefore) + 1 || place;
  const start = Math.min(from, place);
  const until = start + excerptSigns;
  const cut = page.lastIndexOf(' ', until);
  const end = until >= page.length ? page.length : cut > place ? cut : until;
  const marks = forms.toSorted((a, b) => b.length - a.length);
  const pieces: ExcerptPiece[] = start > 0 ? [{ text: '… ', isHit: false }] : [];
  let plain = '';
  const put = (text: string, isHit: boolean) => pieces.push({ text: text.replace(/\s+/g, ' '), isHit });
  for (let at = start; at < end; ) {
    const form = marks.find((one) => folded.startsWith(one, at));
    if (form) {
      if (plain !== '') put(plain, false);
      plain = '';
      put(page.slice(at, at + form.length), true);
    } else plain += page[at];
    at += form?.length ?? 1;
  }
  const rest = end < page.length ? `${plain} …` : plain;
  return rest === '' ? pieces : [...pieces, { text: rest.replace(/\s+/g, ' '), isHit: false }];
};

/**
 * The pages that hold all words of a query, the best first; where none holds all, those that hold the most. A word is found
 * as it is, within a compound and without its ending; rare words weigh more (inverse document frequency, Spärck Jones 1972),
 * and of equal pages those of an earlier text come first.
 */
export const searchPages = (texts: readonly SearchText[], query: string): PageHit[] => {
  const terms = termsOf(query);
  const pages = texts.flatMap(({ folded }, text) =>
    folded.map((page, at) => ({ text, at, page, found: terms.map((term) => findIn(page, term)) })),
  );
  const weights = terms.map((_, n) => {
    const holding = pages.reduce((sum, { found }) => sum + (found[n] ? 1 : 0), 0);
    return Math.log(1 + pages.length / (holding || 1));
  });
  const most = pages.reduce((so, { found }) => Math.max(so, found.filter(Boolean).length), 0);
  if (most === 0) return [];
  return pages
    .filter(({ found }) => found.filter(Boolean).length === most)
    .map((hit) => ({
      ...hit,
      score: hit.found.reduce((sum, one, n) => sum + (one?.quality ?? 0) * (weights[n] ?? 0), 0),
    }))
    .sort((a, b) => b.score - a.score || a.text - b.text || a.at - b.at)
    .slice(0, mostHits)
    .map(({ text, at, page, found }) => {
      const forms = found
        .flatMap((one, n) => (one ? [{ form: one.form, weight: weights[n] ?? 0 }] : []))
        .sort((a, b) => b.weight - a.weight)
        .map(({ form }) => form);
      return { text, page: at + 1, excerpt: excerptOf(texts[text]?.pages[at] ?? '', page, forms) };
    });
};
