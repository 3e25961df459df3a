import { type PurposeId, purposeOf } from '../../core/privacy/purposes.ts';
import { recordsFor } from '../../pipelines/records-for.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { registerAuditRoutes } from './audit.ts';
import { registerBoard } from './board-room.ts';
import { registerCalendarFeedRoutes } from './calendar-feed.ts';
import { registerCaseRoutes } from './cases.ts';
import { registerCompanyRoutes } from './company.ts';
import { registerContractPages } from './contract-page.ts';
import { registerContractRoutes } from './contracts.ts';
import { registerDataSheets } from './data-sheet.ts';
import { registerDesk } from './desk.ts';
import { registerDeskViewRoutes } from './desk-views.ts';
import { registerDocumentRoutes } from './documents.ts';
import { registerDoorRoutes } from './door.ts';
import { registerEdgeNodeRoutes } from './edge-nodes.ts';
import { registerEnrolment } from './enrolment.ts';
import { registerFaultReport } from './fault-report.ts';
import { registerFirstPage } from './first.ts';
import { registerFollowUpRoutes } from './follow-ups.ts';
import { registerGatewayRoutes } from './gateways.ts';
import { registerHealthRoutes } from './health.ts';
import { registerInventoryRoutes } from './inventory.ts';
import { registerLiveData } from './live-data.ts';
import { registerMachineData } from './machine-data.ts';
import { registerMachineRoutes } from './machines.ts';
import { registerModelRoutes } from './models.ts';
import { registerOfferPages } from './offer-page.ts';
import { registerOfferRoutes } from './offers.ts';
import { registerOwnSessionRoutes } from './own-sessions.ts';
import { registerMachineDataPages, registerOwnData } from './owner-data.ts';
import { registerOwnerPages } from './owner-pages.ts';
import { registerPartRequestRoutes } from './part-requests.ts';
import { registerPasskeyRoutes } from './passkeys.ts';
import { registerPeopleRoutes } from './people.ts';
import { registerPriceRoutes } from './prices.ts';
import { registerPrivacyRoutes } from './privacy.ts';
import { registerPushRoutes } from './push.ts';
import { registerSecondFactorRoutes } from './second-factor.ts';
import { registerSecurityText } from './security-txt.ts';
import { registerSetUpRoutes } from './set-up.ts';
import { registerSetUpImport } from './set-up-import.ts';
import { registerSharedData } from './shared-data.ts';
import { registerSignInProviders } from './sign-in-providers.ts';
import { registerSmsRoutes } from './sms.ts';
import { registerStopRoutes } from './stop.ts';
import { registerVisitFileRoutes } from './visit-files.ts';
import { registerVisitRoutes } from './visits.ts';
import { registerWaveformRoutes } from './waveforms.ts';
import { registerWishesPages } from './wishes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route reads personal data for. */
    purpose?: PurposeId;
  }
}

type Register = (app: App, deps: HttpDeps) => void;

/** All routes, each file one resource, by what they read personal data for: they can read for that and for nothing else. */
const routesFor: { readonly [P in PurposeId]?: readonly Register[] } = {
  machinery: [
    registerHealthRoutes,
    registerSecurityText,
    registerGatewayRoutes,
    registerEdgeNodeRoutes,
    registerModelRoutes,
    registerWaveformRoutes,
  ],
  auditing: [registerAuditRoutes],
  signIn: [
    registerDoorRoutes,
    registerOwnSessionRoutes,
    registerPasskeyRoutes,
    registerSecondFactorRoutes,
    registerSignInProviders,
  ],
  staff: [registerPeopleRoutes],
  planning: [registerBoard, registerDesk, registerMachineRoutes],
  ownLists: [registerDeskViewRoutes],
  visits: [
    registerVisitRoutes,
    registerVisitFileRoutes,
    registerDocumentRoutes,
    registerCalendarFeedRoutes,
    registerFollowUpRoutes,
    registerPartRequestRoutes,
    registerPushRoutes,
  ],
  owners: [
    registerOfferRoutes,
    registerOfferPages,
    registerContractRoutes,
    registerContractPages,
    registerOwnerPages,
    registerWishesPages,
    registerStopRoutes,
    registerSmsRoutes,
  ],
  cases: [registerCaseRoutes, registerFaultReport],
  sharing: [registerMachineData, registerLiveData, registerMachineDataPages, registerDataSheets, registerSharedData],
  setUp: [
    registerSetUpRoutes,
    registerSetUpImport,
    registerInventoryRoutes,
    registerPriceRoutes,
    registerCompanyRoutes,
    registerEnrolment,
    registerFirstPage,
  ],
  rights: [registerPrivacyRoutes, registerOwnData],
};

/** Says in the log who asked for what is the matter of people, by ids alone. */
const noteReads = (scope: App, purpose: PurposeId): void => {
  scope.addHook('onResponse', async ({ principal, routeOptions, method, log }, { statusCode: status }) => {
    if (!principal) return;
    const { organisationId, personId, contactId } = principal;
    const who = { organisationId, personId, contactId };
    log.info({ purpose, ...who, method, route: routeOptions.url, status }, 'personal data were asked for');
  });
};

/** Registers all routes; what is wrong with one is thrown here. */
export const registerRoutes = async (app: App, deps: HttpDeps): Promise<void> => {
  for (const [purpose, registers] of Object.entries(routesFor) as [PurposeId, readonly Register[]][])
    await app.register(async (scope: App) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, purpose };
      });
      if (purposeOf(purpose).isNoted) noteReads(scope, purpose);
      const own = { ...deps, records: recordsFor(purpose, deps.records) };
      for (const register of registers) register(scope, own);
    });
};
