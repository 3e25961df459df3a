import { useSyncExternalStore } from 'react';
import type { MessageKey } from './words.ts';

/** One key of a page and what it does in words; `g t` is `g`, then `t`. */
export interface KeyBinding {
  readonly key: string;
  readonly does: MessageKey;
  act(): void;
}

/** The bindings of one component, read when a key is pressed: they may change with every render. */
type BindingSource = () => readonly KeyBinding[];

const sources: BindingSource[] = [];
const chordMs = 1500;
const storageKey = 'kuluma.keys';
const listeners = new Set<() => void>();
let pressedFirst: { readonly key: string; readonly atMs: number } | null = null;

/** The bindings in force, the innermost page first; the help shows these and no others. */
export const activeBindings = (): readonly KeyBinding[] => [...sources].reverse().flatMap((source) => source());

const isOn = (): boolean => localStorage.getItem(storageKey) !== 'off';

/** WCAG 2.1.4: keys of one character can be switched off; Enter and Escape are no characters and stay. */
export const setKeysOn = (on: boolean): void => {
  if (on) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
  for (const changed of listeners) changed();
};

export const useKeysOn = (): boolean =>
  useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, isOn);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName));

/** Enter on a link or a button is that control's own. */
const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('a, button, summary, [role=menuitem], [role=option], [role=tab]');

/** The binding that a key completes, given the key before it. */
export const bindingFor = (
  bindings: readonly KeyBinding[],
  key: string,
  before: string | null,
): KeyBinding | undefined =>
  (before === null ? undefined : bindings.find((binding) => binding.key === `${before} ${key}`)) ??
  bindings.find((binding) => binding.key === key);

const pressed = (event: KeyboardEvent): void => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
  if (document.querySelector('dialog[open], [role=dialog][aria-modal=true]')) return;
  if (key.length === 1 && !isOn()) return;
  if (key === 'Enter' && isControl(target)) return;
  const bindings = activeBindings();
  const before = pressedFirst && event.timeStamp - pressedFirst.atMs < chordMs ? pressedFirst.key : null;
  const binding = bindingFor(bindings, key, before);
  pressedFirst = binding ? null : { key, atMs: event.timeStamp };
  if (!binding) return;
  event.preventDefault();
  binding.act();
};

/** Puts bindings in force until the answer is called. */
export const addBindings = (source: BindingSource): (() => void) => {
  if (sources.length === 0) window.addEventListener('keydown', pressed);
  sources.push(source);
  return () => {
    sources.splice(sources.indexOf(source), 1);
    if (sources.length === 0) window.removeEventListener('keydown', pressed);
  };
};
