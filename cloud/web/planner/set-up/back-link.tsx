import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';

/** Up to the whole of the set-up, or to the list that a thing stands in. */
export const BackLink = ({ to }: { to: '/set-up' }) => {
  const words = useWords();
  return (
    <Link className="set-up-back" to={to}>
      <IconArrowLeft size={16} aria-hidden="true" />
      {words.t('place.setUp')}
    </Link>
  );
};
