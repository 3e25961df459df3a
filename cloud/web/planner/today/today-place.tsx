import { useWords } from '../../parts/language.tsx';

/** What needs a person today. */
export const TodayPlace = () => {
  const words = useWords();
  return (
    <div className="place-head">
      <h1>{words.t('place.today')}</h1>
    </div>
  );
};
