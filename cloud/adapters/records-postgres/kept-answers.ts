/** As JSON, of all answers: as objects they take some three times as much. */
const mostBytes = 24 * 2 ** 20;
/** Of an answer beside what it says. */
const bytesOfEach = 300;
/** What is larger is read for a job, and would push out what pages ask for. */
const mostBytesOfOne = 256 * 1024;

interface Kept {
  readonly group: string;
  readonly answer: Promise<unknown>;
  bytes: number;
}

/** Whoever changed a kept answer would change it for everybody. */
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
};

/** Answers of a store, in groups that become untrue together; those that nobody asked for longest give way. */
export class KeptAnswers {
  /** The one that was asked for last stands last. */
  readonly #answers = new Map<string, Kept>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #most: number;
  #bytes = 0;

  constructor(most = mostBytes) {
    this.#most = most;
  }

  /** @throws what `read` throws; the next one reads anew */
  of<T>(group: string, question: string, read: () => Promise<T>): Promise<T> {
    const key = `${group} ${question}`;
    const known = this.#answers.get(key);
    if (known) {
      this.#answers.delete(key);
      this.#answers.set(key, known);
      return known.answer as Promise<T>;
    }
    const answer = read().then(frozen);
    const kept: Kept = { group, answer, bytes: bytesOfEach + key.length };
    this.#answers.set(key, kept);
    this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(key));
    this.#bytes += kept.bytes;
    answer.then(
      (value) => this.#weigh(key, kept, value),
      () => this.#drop(key, kept),
    );
    return answer;
  }

  /** What was asked before is read anew; also what is being read now, as it may be of before. */
  forget(group: string): void {
    for (const key of this.#groups.get(group) ?? []) {
      const kept = this.#answers.get(key);
      if (kept) this.#drop(key, kept);
    }
  }

  forgetAll(): void {
    this.#answers.clear();
    this.#groups.clear();
    this.#bytes = 0;
  }

  #weigh(key: string, kept: Kept, value: unknown): void {
    if (this.#answers.get(key) !== kept) return;
    // Nothing was found: whoever asks for what is not there is not to push out what is.
    if (value === undefined) {
      this.#drop(key, kept);
      return;
    }
    const bytes = JSON.stringify(value).length;
    kept.bytes += bytes;
    this.#bytes += bytes;
    if (bytes > mostBytesOfOne) this.#drop(key, kept);
    for (const [oldest, other] of this.#answers) {
      if (this.#bytes <= this.#most) return;
      this.#drop(oldest, other);
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#answers.get(key) !== kept) return;
    this.#answers.delete(key);
    this.#bytes -= kept.bytes;
    const group = this.#groups.get(kept.group);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(kept.group);
  }
}
