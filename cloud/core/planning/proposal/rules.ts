/**
 * The rules that a visit must keep. A reason names one of them, and a test can set one aside. Where setting aside either
 * of two rules would do, the later one is named.
 */
export const ruleCodes = ['hours', 'skill', 'certificate', 'tool', 'area', 'access', 'part', 'busy', 'window'] as const;
export type RuleCode = (typeof ruleCodes)[number];
