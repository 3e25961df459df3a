import { type Language, languages } from '@kuluma/shared/model/base.ts';

/**
 * Of the languages of our pages the one that a browser likes best, by its header Accept-Language (RFC 9110, section 12.5.4).
 * @returns undefined where it names none of them
 */
export const acceptedLanguage = (header: string | undefined): Language | undefined => {
  const wanted = (header ?? '').split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    return { language: languages.find((one) => one === range.split('-')[0]), weight };
  });
  const liked = wanted.filter(({ language, weight }) => language !== undefined && weight > 0);
  // The sort is stable: of those liked alike the one named first.
  return liked.sort((a, b) => b.weight - a.weight)[0]?.language;
};
