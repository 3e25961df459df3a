import { describe, expect, it } from 'vitest';
import { KeptAnswers } from './kept-answers.ts';

const counted = (answer: unknown = {}) => {
  const read = async () => {
    read.times++;
    return answer;
  };
  read.times = 0;
  return read;
};

describe('kept answers', () => {
  it('are read once until their group is forgotten', async () => {
    const answers = new KeptAnswers();
    const [mine, other] = [counted(), counted()];
    for (let n = 0; n < 3; n++) {
      await answers.of('a', 'x', mine);
      await answers.of('b', 'x', other);
    }
    answers.forget('a');
    await answers.of('a', 'x', mine);
    await answers.of('b', 'x', other);
    expect([mine.times, other.times]).toEqual([2, 1]);
  });

  it('are read again when their group is forgotten while they are read', async () => {
    const answers = new KeptAnswers();
    const before = Promise.withResolvers<string>();
    const first = answers.of('a', 'x', () => before.promise);
    answers.forget('a');
    before.resolve('old');
    expect(await first).toBe('old');
    expect(await answers.of('a', 'x', async () => 'new')).toBe('new');
  });

  it('keep nothing where nothing was found', async () => {
    const answers = new KeptAnswers();
    await answers.of('a', 'x', async () => undefined);
    expect(await answers.of('a', 'x', async () => 'made since')).toBe('made since');
  });

  it('keep no failure', async () => {
    const answers = new KeptAnswers();
    await expect(answers.of('a', 'x', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await answers.of('a', 'x', async () => 'here')).toBe('here');
  });

  it('give way in the order in which they were asked for last', async () => {
    const answers = new KeptAnswers(2000);
    const [one, two, three] = [counted('1'.repeat(600)), counted('2'.repeat(600)), counted('3'.repeat(600))];
    await answers.of('a', 'one', one);
    await answers.of('a', 'two', two);
    await answers.of('a', 'one', one);
    await answers.of('a', 'three', three);
    await answers.of('a', 'one', one);
    await answers.of('a', 'two', two);
    expect([one.times, two.times, three.times]).toEqual([1, 2, 1]);
  });

  it('cannot be changed by who got them', async () => {
    const answer = (await new KeptAnswers().of('a', 'x', async () => ({ inner: [1] }))) as { inner: number[] };
    expect(() => answer.inner.push(2)).toThrow(TypeError);
  });
});
