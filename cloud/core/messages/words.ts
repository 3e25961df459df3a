import type { Language } from '@kuluma/shared/model/base.ts';
import { type CatalogueWords, createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import sharedEn from '@kuluma/shared/model/words/en.json' with { type: 'json' };
import sharedFi from '@kuluma/shared/model/words/fi.json' with { type: 'json' };
import sharedSv from '@kuluma/shared/model/words/sv.json' with { type: 'json' };
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

const catalogues = {
  fi: { ...sharedFi, ...fi },
  sv: { ...sharedSv, ...sv },
  en: { ...sharedEn, ...en },
} as const;
/** The words of messages to contacts. */
export type MessageWords = CatalogueWords<keyof typeof catalogues.fi>;

const made: Partial<Record<Language, MessageWords>> = {};

/** Made once: parsing them costs more than writing a letter. */
export const messageWords = (language: Language): MessageWords => {
  const words = made[language] ?? createCatalogueWords(language, catalogues[language]);
  made[language] = words;
  return words;
};
