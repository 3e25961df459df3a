import './base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider } from './language.tsx';
import { createQueries } from './queries.ts';
import { applyTheme } from './theme.ts';

/** Puts a page into its frame: theme before the first paint, then language and data. */
export const startPage = (page: ReactNode): void => {
  applyTheme();
  const root = document.getElementById('page');
  if (!root) throw new Error('the page has no element with id "page"');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueries()}>
        <LanguageProvider>{page}</LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
};
