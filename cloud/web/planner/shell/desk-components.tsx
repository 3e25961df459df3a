import './desk-theme.css';
import { createTheme, MantineProvider, type VariantColorsResolver } from '@mantine/core';
import type { ReactNode } from 'react';
import { useIsDark } from '../../parts/theme.ts';

/** `accent` is what everything has that says nothing else; `critical` marks what destroys. */
const inks = {
  accent: { ink: 'var(--accent)', strong: 'var(--accent-strong)', soft: 'var(--accent-soft)', on: 'var(--on-accent)' },
  critical: { ink: 'var(--critical)', strong: 'var(--critical)', soft: 'var(--critical-soft)', on: 'var(--surface)' },
} as const;

const line = '1px solid var(--line-strong)';
const clear = '1px solid transparent';

const variantColorResolver: VariantColorsResolver = ({ color, variant }) => {
  const { ink, strong, soft, on } = color === 'critical' ? inks.critical : inks.accent;
  if (variant === 'filled') return { background: ink, hover: strong, color: on, border: `1px solid ${ink}` };
  if (variant === 'light') return { background: soft, hover: soft, color: ink, border: clear };
  if (variant === 'outline')
    return { background: 'var(--surface)', hover: soft, color: ink, border: `1px solid ${ink}` };
  if (variant === 'subtle' || variant === 'transparent')
    return { background: 'transparent', hover: 'var(--sunken)', color: ink, border: clear };
  return { background: 'var(--surface)', hover: 'var(--sunken)', color: 'var(--ink)', border: line };
};

const shades = (ink: string) => [ink, ink, ink, ink, ink, ink, ink, ink, ink, ink] as const;

const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent: shades(inks.accent.ink), critical: shades(inks.critical.ink) },
  variantColorResolver,
  fontFamily: 'inherit',
  headings: { fontFamily: 'inherit', fontWeight: '600' },
  defaultRadius: 'default',
  radius: { default: 'var(--radius)' },
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: 'default' } },
    Button: { defaultProps: { variant: 'default' } },
    Modal: { defaultProps: { centered: true, lockScroll: false, transitionProps: { duration: 140 } } },
    Popover: { defaultProps: { transitionProps: { duration: 140 } } },
    Menu: { defaultProps: { transitionProps: { duration: 140 } } },
  },
});

/** Frame of the component library: styles come from files only, because our CSP lets no script write a style sheet. */
export const DeskComponents = ({ children }: { children: ReactNode }) => {
  const scheme = useIsDark() ? 'dark' : 'light';
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
};
