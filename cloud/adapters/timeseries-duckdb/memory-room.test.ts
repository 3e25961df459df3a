import { describe, expect, it } from 'vitest';
import { MemoryRoom } from './memory-room.ts';

/** Work that ends when it is told to. */
const open = () => Promise.withResolvers<void>();

describe('a room of memory', () => {
  it('lets work in while there is space, and then in the order of asking', async () => {
    const room = new MemoryRoom(100);
    const began: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string, bytes: number) =>
      room.holding(bytes, async () => {
        began.push(name);
        const { promise, resolve } = open();
        ends.set(name, resolve);
        await promise;
      });
    const all = [work('a', 60), work('b', 30), work('large', 80), work('small', 5)];
    await Promise.resolve();
    expect(began).toEqual(['a', 'b']);
    ends.get('b')?.();
    await all[1];
    // A small one does not overtake a large one for ever.
    expect(began).toEqual(['a', 'b']);
    ends.get('a')?.();
    await all[0];
    await expect.poll(() => began).toEqual(['a', 'b', 'large', 'small']);
    ends.get('large')?.();
    ends.get('small')?.();
    await Promise.all(all);
  });

  it('lets what is larger than the room run alone, and what fails gives its space back', async () => {
    const room = new MemoryRoom(100);
    await expect(room.holding(1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await room.holding(100, async () => 'in')).toBe('in');
  });
});
