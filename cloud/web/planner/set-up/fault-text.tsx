import { useWords } from '../../parts/language.tsx';

/** That something cannot be so, in the reader's language; why, in the words of the service. */
export const FaultText = ({ text }: { text: string }) => {
  const words = useWords();
  return (
    <>
      {words.t('setUp.fault')} <span lang="en">{text}</span>
    </>
  );
};

/** The same below what has more than one field. */
export const FaultLine = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p className="set-up-fault">
      <FaultText text={text} />
    </p>
  );
