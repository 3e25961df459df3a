import { readFileSync } from 'node:fs';

/** The version of the product, kept in each model and forecast. */
export const codeVersion = (): string => {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return version;
};
