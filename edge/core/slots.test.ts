import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

it('lets in as many as there is room for, then by urgency, then in order', () => {
  const slots = new Slots(2);
  const gone: string[] = [];
  const take = (name: string, urgency: number) => slots.take(urgency, () => gone.push(name));
  take('history 1', 3);
  take('history 2', 3);
  take('history 3', 3);
  take('live 1', 2);
  take('live 2', 2);
  take('alarm', 1);
  expect(gone).toEqual(['history 1', 'history 2']);
  for (let i = 0; i < 4; i++) slots.give();
  expect(gone.slice(2)).toEqual(['alarm', 'live 1', 'live 2', 'history 3']);
  slots.give();
  take('late', 3);
  expect(gone.at(-1)).toBe('late');
});
