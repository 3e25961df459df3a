import './reader-controls.css';
import { IconContrast, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useLanguage } from './language.tsx';
import { setTheme, themes, useTheme } from './theme.ts';

const themeIcons = { system: IconDeviceDesktop, light: IconSun, dark: IconMoon, contrast: IconContrast } as const;

/** The reader's language and theme, kept on this device. */
export const ReaderControls = () => {
  const { words, languages, choose } = useLanguage();
  const theme = useTheme();
  const ThemeIcon = themeIcons[theme];
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const themeLabel = words.t('theme.now', { theme: words.t(`theme.${theme}`) });
  return (
    <div className="reader no-print">
      <label>
        <span className="visually-hidden">{words.t('language')}</span>
        <select
          value={words.language}
          onChange={(event) => {
            const chosen = languages.find((language) => language === event.target.value);
            if (chosen) choose(chosen);
          }}
        >
          <option value="fi">Suomi</option>
          <option value="sv">Svenska</option>
          <option value="en">English</option>
        </select>
      </label>
      <button
        type="button"
        className="button plain icon"
        onClick={() => setTheme(nextTheme)}
        aria-label={themeLabel}
        title={themeLabel}
      >
        <ThemeIcon size={18} aria-hidden="true" />
      </button>
    </div>
  );
};
