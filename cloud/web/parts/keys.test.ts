import { describe, expect, it } from 'vitest';
import { bindingFor, type KeyBinding } from './keys.ts';

const binding = (key: string): KeyBinding => ({ key, does: 'skip', act: () => {} });

describe('bindingFor', () => {
  const bindings = [binding('t'), binding('g t'), binding('Enter')];

  it('completes a pair of keys rather than acting on the second alone', () => {
    expect(bindingFor(bindings, 't', 'g')?.key).toBe('g t');
    expect(bindingFor(bindings, 't', null)?.key).toBe('t');
  });

  it('acts on a single key after one that began nothing', () => {
    expect(bindingFor(bindings, 'Enter', 'x')?.key).toBe('Enter');
    expect(bindingFor(bindings, 'x', 'g')).toBeUndefined();
  });

  it('lets the innermost page answer a key that two know', () => {
    const inner = binding('t');
    expect(bindingFor([inner, ...bindings], 't', null)).toBe(inner);
  });
});
