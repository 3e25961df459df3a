import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';

/** An address that nothing stands at: what it may be, and the way on. */
export const NotFoundPlace = () => {
  const words = useWords();
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.unknown')}</h1>
      </div>
      <p>
        <Link to="/today">{words.t('place.unknownTodo')}</Link>
      </p>
    </>
  );
};
