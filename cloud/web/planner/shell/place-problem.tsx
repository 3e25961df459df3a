import type { ErrorComponentProps } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';

/** A place that failed to show, most often because its code changed under an open page. */
export const PlaceProblem = ({ error }: ErrorComponentProps) => {
  const words = useWords();
  return (
    <div className="place-problem" role="alert">
      <div className="place-head">
        <h1>{words.t('place.broken')}</h1>
      </div>
      <p>{words.t('place.brokenTodo')}</p>
      {error instanceof Error && <p className="small soft">{error.message}</p>}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {words.t('place.reload')}
      </button>
    </div>
  );
};
