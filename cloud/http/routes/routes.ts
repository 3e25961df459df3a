import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { registerBoard } from './board-room.ts';
import { registerDecisionRoutes } from './decisions.ts';
import { registerDoorRoutes } from './door.ts';
import { registerEdgeNodeRoutes } from './edge-nodes.ts';
import { registerFleetRoutes } from './fleet.ts';
import { registerGatewayRoutes } from './gateways.ts';
import { registerHealthRoutes } from './health.ts';
import { registerMachineRoutes } from './machines.ts';
import { registerModelRoutes } from './models.ts';
import { registerOfferRoutes } from './offers.ts';
import { registerSetUpRoutes } from './set-up.ts';
import { registerSetUpImport } from './set-up-import.ts';
import { registerSmsRoutes } from './sms.ts';
import { registerStopRoutes } from './stop.ts';
import { registerVisitRoutes } from './visits.ts';
import { registerWaveformRoutes } from './waveforms.ts';

/** All routes; each file is one resource. */
export const registerRoutes = (app: App, deps: HttpDeps): void => {
  registerHealthRoutes(app, deps);
  registerBoard(app, deps);
  registerDoorRoutes(app, deps);
  registerFleetRoutes(app, deps);
  registerGatewayRoutes(app, deps);
  registerEdgeNodeRoutes(app, deps);
  registerMachineRoutes(app, deps);
  registerModelRoutes(app, deps);
  registerWaveformRoutes(app, deps);
  registerDecisionRoutes(app, deps);
  registerOfferRoutes(app, deps);
  registerVisitRoutes(app, deps);
  registerSetUpRoutes(app, deps);
  registerSetUpImport(app, deps);
  registerSmsRoutes(app, deps);
  registerStopRoutes(app, deps);
};
