import type { Language } from '@kuluma/shared/model/base.ts';
import { type CatalogueWords, createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

const catalogues = { fi, sv, en } as const;

/** Of the words that a contact agrees to; raised with each change of them, and then the old ones stay in the history. */
export const wishTextVersion = '2026-11-23.2';

export type WishesPageWords = CatalogueWords<keyof typeof fi>;

export const wishesPageWords = (language: Language): WishesPageWords =>
  createCatalogueWords(language, catalogues[language]);
