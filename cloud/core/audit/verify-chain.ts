import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import { type ChainEnd, emptyChain, hashOfEntry, type Sha256 } from './audited-change.ts';

export const chainFaultCodes = ['gap', 'wrongLink', 'changed', 'wrongEnd', 'unknownEnd'] as const;

/** Where a chain is broken. */
export interface ChainFault {
  /** The entry at which it shows. */
  readonly seq: number;
  /**
   * `gap`: entries before it are missing, or it stands twice. `wrongLink`: it does not follow from the one before.
   * `changed`: it is not what was written. `wrongEnd`: the chain does not end where the store says. `unknownEnd`: an
   * end that somebody noted is not in it.
   */
  readonly code: (typeof chainFaultCodes)[number];
}

/**
 * Looks at the entries of an organisation one by one, from the first on.
 * @param known ends of the chain that were noted elsewhere: who cuts the chain and its end in the store cannot cut those.
 */
export const chainVerifier = (sha256: Sha256, known: readonly ChainEnd[] = []) => {
  const faults: ChainFault[] = [];
  const missing = new Map(known.map(({ seq, hash }) => [seq, hash]));
  let end: ChainEnd = emptyChain;
  return {
    /** @returns whether the entry is what was written */
    take(entry: AuditEntry): boolean {
      const { seq, previousHash, hash } = entry;
      if (seq !== end.seq + 1) faults.push({ seq, code: 'gap' });
      else if (previousHash !== end.hash) faults.push({ seq, code: 'wrongLink' });
      const isWhole = hashOfEntry(entry, sha256) === hash;
      if (!isWhole) faults.push({ seq, code: 'changed' });
      if (missing.get(seq) === hash) missing.delete(seq);
      end = { seq, hash };
      return isWhole;
    },
    /** @param stored where the chain ends by the store's own word. */
    close(stored: ChainEnd): { readonly end: ChainEnd; readonly faults: readonly ChainFault[] } {
      const cut: ChainFault[] =
        stored.seq === end.seq && stored.hash === end.hash ? [] : [{ seq: stored.seq, code: 'wrongEnd' }];
      return {
        end,
        faults: [...faults, ...cut, ...[...missing.keys()].map((seq) => ({ seq, code: 'unknownEnd' as const }))],
      };
    },
  };
};
