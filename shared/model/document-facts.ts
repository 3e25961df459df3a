import type { SharedWords } from './sentences.ts';
import type { DocumentView } from './views/documents.ts';

const megabyte = 1024 * 1024;

/** `3,2 Mt`, `840 kt`. */
export const sizeText = (words: SharedWords, bytes: number): string => {
  const isLarge = bytes >= megabyte;
  const size = isLarge ? bytes / megabyte : Math.max(1, bytes / 1024);
  return words.t(isLarge ? 'document.size.mb' : 'document.size.kb', { size: words.number(size, isLarge ? 1 : 0) });
};

/** What kind of a document it is, in which language, and how large: `Käsikirja · suomeksi · PDF, 3,2 Mt`. */
export const documentFacts = (
  words: SharedWords,
  { kind, language, mediaType, bytes }: Pick<DocumentView, 'kind' | 'language' | 'mediaType' | 'bytes'>,
): string => {
  const type = words.t(mediaType === 'application/pdf' ? 'document.type.pdf' : 'document.type.picture');
  const file = `${type}, ${sizeText(words, bytes)}`;
  return [words.t(`document.kind.${kind}`), ...(language ? [words.t(`document.language.${language}`)] : []), file].join(
    ' · ',
  );
};
