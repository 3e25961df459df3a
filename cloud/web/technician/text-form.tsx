import { type ReactNode, useState } from 'react';
import { useWords } from '../parts/language.tsx';

const leastLetters = 3;
const mostLetters = 500;

/** A few words, and whether to send them. */
export const TextForm = ({
  label,
  send,
  isOptional = false,
  children,
  onSend,
  onCancel,
}: {
  label: string;
  send: string;
  isOptional?: boolean;
  children?: ReactNode;
  onSend: (text: string) => void;
  onCancel: () => void;
}) => {
  const words = useWords();
  const [text, setText] = useState('');
  const given = text.trim();
  const over = given.length - mostLetters;
  return (
    <form
      className="text-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(given);
      }}
    >
      {children}
      <label className="report-note">
        {label}
        <textarea className="field" rows={2} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {over > 0 && <p role="alert">{words.t('ask.tooLong', { over })}</p>}
      <button type="submit" className="button" disabled={over > 0 || (!isOptional && given.length < leastLetters)}>
        {send}
      </button>
      <button type="button" className="button plain" onClick={onCancel}>
        {words.t('phone.back')}
      </button>
    </form>
  );
};
