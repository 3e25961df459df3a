import type { Role } from '@kuluma/shared/model/parties.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { useLanguage } from './language.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { useMe } from './queries.ts';

const ReaderContext = createContext<MeView | null>(null);

/** The person whose page this is. */
export const useReader = (): MeView => {
  const me = useContext(ReaderContext);
  if (!me) throw new Error('useReader stands outside of SignedIn');
  return me;
};

/** Shows `children` to a signed-in person who has `role`; everyone else learns what to do. */
export const SignedIn = ({ forRole, children }: { forRole: Role; children: (me: MeView) => ReactNode }) => {
  const { words, suggest } = useLanguage();
  const me = useMe();
  const known = me.data?.language;
  useEffect(() => {
    if (known) suggest(known);
  }, [known, suggest]);
  useEffect(() => {
    document.title = words.t(`title.${forRole}`);
  }, [words, forRole]);

  if (me.data?.roles.includes(forRole)) return <ReaderContext value={me.data}>{children(me.data)}</ReaderContext>;
  return (
    <main className="door" id="content">
      <h1>Kuluma</h1>
      {me.isPending && <p className="soft">{words.t('loading')}</p>}
      {me.error && <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && (
        <p>
          {words.t('door.otherRole', { name: me.data.name })} <a href="/">{words.t('door.ownPage')}</a>
        </p>
      )}
    </main>
  );
};
