import type { AuditedDecision } from '@kuluma/shared/model/audit.ts';
import { decide } from '../recommendations/recommend.ts';
import { canonicalJson } from './canonical-json.ts';

export interface Replayed {
  readonly isSame: boolean;
  /** Fields that the rule says otherwise today, by name. */
  readonly differs: readonly string[];
  /** Null when it would recommend nothing. */
  readonly saysNow: Readonly<Record<string, unknown>> | null;
}

/** Asks the rule again what it was asked then. */
export const replayDecision = ({ inputs, decidedAtMs, said }: AuditedDecision): Replayed => {
  const saysNow: Record<string, unknown> | null = decide(inputs, decidedAtMs) ?? null;
  const fields = [...new Set([...Object.keys(said), ...Object.keys(saysNow ?? {})])];
  const differs = fields.filter((field) => canonicalJson(said[field]) !== canonicalJson(saysNow?.[field]));
  return { isSame: differs.length === 0, differs, saysNow };
};
