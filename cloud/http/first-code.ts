import { hourMs } from '@kuluma/shared/model/units.ts';
import { bareCode, newTypedCode } from './one-time-codes.ts';
import { hashOf } from './secrets.ts';

export const firstCodeLifeHours = 24;

/** The code by which whoever started this process on an empty store makes its first company; nothing but its hash is kept. */
export class FirstCode {
  readonly #wallNow: () => number;
  #issued: { readonly hash: string; readonly expiresAtMs: number } | undefined;

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  /** Another one, told this once; the one before opens nothing any more. */
  issue(): string {
    const code = newTypedCode();
    this.#issued = { hash: hashOf(bareCode(code)), expiresAtMs: this.#wallNow() + firstCodeLifeHours * hourMs };
    return code;
  }

  /** @param code as somebody typed it */
  opens(code: string): boolean {
    const issued = this.#issued;
    return issued !== undefined && this.#wallNow() < issued.expiresAtMs && issued.hash === hashOf(bareCode(code));
  }

  /** It was used. */
  end(): void {
    this.#issued = undefined;
  }
}
