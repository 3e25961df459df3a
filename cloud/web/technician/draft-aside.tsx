import { useWords } from '../parts/language.tsx';
import { usePhone, usePhoneState } from './offline/phone-provider.tsx';

/** What was filled in on another version of the page and this one can not read: said, and there until it is not needed. */
export const DraftAside = ({ visitId }: { visitId: string }) => {
  const words = useWords();
  const phone = usePhone();
  // Seen anew when the phone's state is.
  usePhoneState();
  const aside = phone.asideOf(visitId);
  if (aside.length === 0) return null;
  const told = [...new Set(aside)].filter((text) => text !== '');
  return (
    <section className="refused-act" role="alert">
      <h2>{words.t('phone.aside')}</h2>
      <p>{words.t('phone.aside.todo')}</p>
      {told.length > 0 && (
        <ul>
          {told.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <button type="button" className="button" onClick={() => phone.dropAside(visitId)}>
        {words.t('phone.aside.done')}
      </button>
    </section>
  );
};
