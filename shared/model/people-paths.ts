const people = (organisationId: string) => `/api/v1/organisations/${organisationId}/people`;

/** Ways in and who may use them. What is below `me` is about whoever is signed in. */
export const peoplePaths = {
  /** POST AskLinkCommand, answered by 202 whether the address is known or not. */
  askLink: () => '/api/v1/sign-in/links',
  /** GET OwnSessionView[]. */
  ownSessions: () => '/api/v1/me/sessions',
  /** POST -> OwnSessionView[]. */
  endOwnSession: (sessionId: string) => `/api/v1/me/sessions/${sessionId}/end`,
  /** GET CalendarFeedView; POST -> CalendarFeedMade, and the address of before opens nothing any more. */
  calendarFeed: () => '/api/v1/me/calendar',
  /** POST -> CalendarFeedView. */
  endCalendarFeed: () => '/api/v1/me/calendar/end',
  /** GET PushView; POST AddPushCommand -> PushView: this browser hears when the reader's day changes. */
  push: () => '/api/v1/me/push',
  /** POST EndPushCommand -> PushView. */
  endPush: () => '/api/v1/me/push/end',
  /** GET PasskeyView[]; POST AddPasskeyCommand -> PasskeyView[]. */
  passkeys: () => '/api/v1/me/passkeys',
  /** POST -> what the browser needs to make one. */
  passkeyOptions: () => '/api/v1/me/passkeys/options',
  /** POST -> PasskeyView[]. */
  endPasskey: (passkeyId: string) => `/api/v1/me/passkeys/${passkeyId}/end`,
  /** POST PasskeySignInCommand -> MeView and a session cookie. */
  passkeySignIn: () => '/api/v1/sign-in/passkey',
  /** POST -> what the browser needs to show one. */
  passkeySignInOptions: () => '/api/v1/sign-in/passkey/options',
  /** GET SignInProviderView[]. */
  signInProviders: () => '/api/v1/sign-in/providers',
  /** GET: sends the browser to the provider, and it comes back to `return`. */
  signInAtProvider: (providerId: string) => `/api/v1/sign-in/providers/${providerId}`,
  returnFromProvider: (providerId: string) => `/api/v1/sign-in/providers/${providerId}/return`,
  /** GET SecondFactorView; POST -> SecondFactorBegun. */
  secondFactor: () => '/api/v1/me/second-factor',
  /** POST CodeCommand -> RecoveryCodes: a first code of the app turns it on. */
  confirmSecondFactor: () => '/api/v1/me/second-factor/confirm',
  /** POST CodeCommand -> SecondFactorView: dangerous acts are open for a while. */
  showSecondFactor: () => '/api/v1/me/second-factor/show',
  /** POST PasskeySignInCommand -> SecondFactorView: the same by a passkey. */
  showPasskey: () => '/api/v1/me/second-factor/passkey',
  /** POST -> SecondFactorView. */
  endSecondFactor: () => '/api/v1/me/second-factor/end',
  /** POST: takes codes and passkeys of a person away and signs them out -> PersonRow. */
  resetSecondFactor: (o: string, personId: string) => `${people(o)}/${personId}/second-factor/reset`,
  /** GET PersonRow[]; POST PersonFieldsCommand -> PersonRow. */
  people: (o: string) => people(o),
  /** POST PersonFieldsCommand, If-Match -> PersonRow. */
  person: (o: string, personId: string) => `${people(o)}/${personId}`,
  /** POST InviteCommand -> InvitationView. */
  invite: (o: string, personId: string) => `${people(o)}/${personId}/invite`,
  /** POST: ends every session and link of a person -> PersonRow. */
  signOutPerson: (o: string, personId: string) => `${people(o)}/${personId}/sign-out`,
} as const;
