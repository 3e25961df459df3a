import './top-bar.css';
import { IconHelp, IconMenu2, IconUser } from '@tabler/icons-react';
import { ClockFace } from '../../parts/clock-face.tsx';
import { useWords } from '../../parts/language.tsx';
import { ReaderControls } from '../../parts/reader-controls.tsx';
import { useReader } from '../../parts/signed-in.tsx';
import { SearchBox } from './search-box.tsx';

/** Whose desk it is, what time it is, and what the reader sets for themselves. */
export const TopBar = ({ menuOpen, onMenu, onHelp }: { menuOpen: boolean; onMenu: () => void; onHelp: () => void }) => {
  const words = useWords();
  const me = useReader();
  const help = words.t('keys.help');
  return (
    <header className="topbar">
      <button
        type="button"
        className="button topbar-menu"
        aria-expanded={menuOpen}
        aria-controls="rail"
        onClick={onMenu}
      >
        <IconMenu2 size={18} aria-hidden="true" />
        {words.t('rail.open')}
      </button>
      <span className="topbar-organisation">{me.organisationName}</span>
      <SearchBox />
      <ClockFace timeZone={me.timeZone} />
      <button type="button" className="button plain icon topbar-help" onClick={onHelp} aria-label={help} title={help}>
        <IconHelp size={18} aria-hidden="true" />
      </button>
      <ReaderControls />
      <a className="topbar-account" href="/account/" aria-label={`${words.t('account.title')}, ${me.name}`}>
        <IconUser size={18} aria-hidden="true" />
        <span className="topbar-person">{me.name}</span>
      </a>
    </header>
  );
};
