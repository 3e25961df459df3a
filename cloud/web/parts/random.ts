/** Uniform in [0, 1), of the browser's best source: ids of it are never guessed. */
export const browserRandom = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
