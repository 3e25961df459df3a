const audit = (organisationId: string) => `/api/v1/organisations/${organisationId}/audit`;

/** Who changed what, for auditors. */
export const auditPaths = {
  /** GET AuditEntryView[], newest first; query `beforeSeq`, `about`, `by`, `kind`, `fromAt`, `toAt`, `limit`. */
  entries: (o: string) => `${audit(o)}/entries`,
  /** GET VerificationView. */
  verification: (o: string) => `${audit(o)}/verification`,
  /** GET AuditedDecisionView of a recommendation, or of what came of it. */
  decision: (o: string, id: string) => `${audit(o)}/decisions/${id}`,
} as const;
