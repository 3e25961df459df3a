import { useEffect } from 'react';
import { useWords } from '../parts/language.tsx';
import { homeOf } from '../parts/places.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useMe } from '../parts/queries.ts';
import { startPage } from '../parts/start-page.tsx';

/** The front door: sends a signed-in person on to their own page. */
const HomePage = () => {
  const words = useWords();
  const me = useMe();
  const home = me.data && homeOf(me.data.roles);
  useEffect(() => {
    if (home) window.location.replace(home);
  }, [home]);
  return (
    <main className="door">
      <h1>Kuluma</h1>
      {me.error ? (
        <ProblemNotice error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <p className="soft">{words.t(me.data && !home ? 'door.noRole' : 'loading')}</p>
      )}
    </main>
  );
};

startPage(<HomePage />);
