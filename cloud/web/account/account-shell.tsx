import './account.css';
import type { ReactNode } from 'react';
import { useWords } from '../parts/language.tsx';
import { ReaderControls } from '../parts/reader-controls.tsx';

/**
 * The frame of the pages about people: a way back, how the reader wants to read, the heading.
 * @param back to the reader's account unless given
 */
export const AccountShell = ({
  title,
  back,
  children,
}: {
  readonly title: string;
  readonly back?: ReactNode;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  return (
    <div className="account">
      <header className="account-head">
        {back === undefined ? <a href="/account/">{words.t('account.title')}</a> : back}
        <ReaderControls />
      </header>
      <main id="content">
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
};
