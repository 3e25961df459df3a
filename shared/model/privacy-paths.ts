const requests = (organisationId: string) => `/api/v1/organisations/${organisationId}/privacy-requests`;

/** What people do about their own data, and who answers them. */
export const privacyPaths = {
  /** GET everything personal of the reader as a file (GDPR Articles 15 and 20). */
  ownData: () => '/api/v1/me/data',
  /** GET OwnPrivacyView. */
  own: () => '/api/v1/me/privacy',
  /** POST -> OwnPrivacyView: asks for erasure (Article 17). */
  askErasure: () => '/api/v1/me/privacy/erasure',
  /** GET PrivacyRequestRow[], those that wait first. */
  requests: (o: string) => requests(o),
  /** POST DecideErasureCommand, If-Match -> PrivacyRequestRow[]. */
  decide: (o: string, requestId: string) => `${requests(o)}/${requestId}/decide`,
} as const;
