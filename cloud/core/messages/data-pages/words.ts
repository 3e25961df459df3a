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

/** The words of the pages about people's own data and the data of machines. */
export type DataWords = CatalogueWords<keyof typeof catalogues.fi>;

export const dataWords = (language: Language): DataWords => createCatalogueWords(language, catalogues[language]);
