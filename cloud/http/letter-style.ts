import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The style sheet of pages that the service writes itself, and the policy that lets the browser use it. */
export interface LetterStyle {
  readonly style: string;
  readonly contentSecurityPolicy: string;
}

/** As a policy names a style or a script. */
export const sha256Base64 = (text: string): string => createHash('sha256').update(text).digest('base64');

/**
 * Stands in the page, so that a slow phone asks once; the policy names its hash, and nothing else
 * may be loaded but pictures of our own.
 * @param pagesDir folder of the built pages; without them a letter has no looks, but all its words.
 */
export const readLetterStyle = (pagesDir: string): LetterStyle => {
  const file = join(pagesDir, 'offer.css');
  const style = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const hash = sha256Base64(style);
  return {
    style,
    contentSecurityPolicy: `default-src 'none';style-src 'sha256-${hash}';img-src 'self' data:;form-action 'self';base-uri 'none';frame-ancestors 'none'`,
  };
};
