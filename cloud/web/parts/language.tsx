import type { Language } from '@kuluma/shared/model/base.ts';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { createWords, type Words } from './words.ts';

const storageKey = 'kuluma.language';
const languages = ['fi', 'sv', 'en'] as const satisfies readonly Language[];

/** Words of every page, and those that they share with letters; a reader loads one language only. */
const catalogues = {
  fi: () => [import('./messages/fi.json'), import('@kuluma/shared/model/words/fi.json')],
  sv: () => [import('./messages/sv.json'), import('@kuluma/shared/model/words/sv.json')],
  en: () => [import('./messages/en.json'), import('@kuluma/shared/model/words/en.json')],
} as const;

/** Words that only some pages need; those of the desk's rooms come together. */
const roomCatalogues = {
  desk: {
    fi: () => import('./desk-words/fi.ts'),
    sv: () => import('./desk-words/sv.ts'),
    en: () => import('./desk-words/en.ts'),
  },
  phone: {
    fi: () => import('./messages/phone/fi.json'),
    sv: () => import('./messages/phone/sv.json'),
    en: () => import('./messages/phone/en.json'),
  },
  door: {
    fi: () => import('./messages/door/fi.json'),
    sv: () => import('./messages/door/sv.json'),
    en: () => import('./messages/door/en.json'),
  },
} as const;
export type WordsRoom = keyof typeof roomCatalogues;

const catalogueOf = async (language: Language, rooms: readonly WordsRoom[]): Promise<Record<string, string>> => {
  const loaded = await Promise.all([
    ...catalogues[language](),
    ...rooms.map((room) => roomCatalogues[room][language]()),
  ]);
  return Object.assign({}, ...loaded.map((words) => ('catalogue' in words ? words.catalogue : words.default)));
};

const languageOf = (text: string | null): Language | undefined => languages.find((language) => language === text);

interface LanguageChoice {
  readonly words: Words;
  readonly languages: readonly Language[];
  /** The reader's own choice, kept on this device. */
  choose(language: Language): void;
  /** What the service knows of the reader; yields to a choice made here. */
  suggest(language: Language): void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

const firstLanguage = (): Language => languageOf(localStorage.getItem(storageKey)) ?? 'fi';

/** Fetches the words that a page will begin with before anything of it is drawn; they are kept for the provider. */
export const fetchWords = (rooms: readonly WordsRoom[]): void => void catalogueOf(firstLanguage(), rooms);

export const LanguageProvider = ({ rooms, children }: { rooms: readonly WordsRoom[]; children: ReactNode }) => {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [words, setWords] = useState<Words | null>(null);
  useEffect(() => {
    let wanted = true;
    void catalogueOf(language, rooms).then((catalogue) => {
      if (!wanted) return;
      document.documentElement.lang = language;
      setWords(createWords(language, catalogue));
    });
    return () => {
      wanted = false;
    };
  }, [language, rooms]);
  if (!words) return null;
  const choice: LanguageChoice = {
    words,
    languages,
    choose: (chosen) => {
      localStorage.setItem(storageKey, chosen);
      setLanguage(chosen);
    },
    suggest: (known) => {
      if (!languageOf(localStorage.getItem(storageKey))) setLanguage(known);
    },
  };
  return <LanguageContext value={choice}>{children}</LanguageContext>;
};

export const useLanguage = (): LanguageChoice => {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage stands outside of LanguageProvider');
  return choice;
};

export const useWords = (): Words => useLanguage().words;
