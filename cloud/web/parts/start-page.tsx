import './base.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { fetchWords, LanguageProvider, type WordsRoom } from './language.tsx';
import { createQueries } from './queries.ts';
import { startTheme } from './theme.ts';

/** Puts a page into its frame: theme before the first paint, then language (with the words of `rooms`) and data. */
export const startPage = (
  page: ReactNode,
  { rooms = [], queries = createQueries() }: { rooms?: readonly WordsRoom[]; queries?: QueryClient } = {},
): void => {
  fetchWords(rooms);
  startTheme();
  const root = document.getElementById('page');
  if (!root) throw new Error('the page has no element with id "page"');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider rooms={rooms}>{page}</LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
};
