import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { FleetMemory } from '../views/fleet-memory.ts';
import { registerDecisionRoutes } from './decisions.ts';
import { registerDeskEvents } from './desk-events.ts';
import { registerFleetRoutes } from './fleet.ts';
import { registerIncidentRoutes } from './incidents.ts';

/** The fleet and what of it needs a person, from memory as long as the app runs. */
export const registerDesk = (app: App, deps: HttpDeps): void => {
  let memory: FleetMemory | undefined;
  /** Opened with the first question: the routes are described without stores too. */
  const memoryOf = (): FleetMemory => {
    memory ??= new FleetMemory({
      ...deps,
      onFailure: (err) => deps.log.warn({ err }, 'a fleet was not read anew'),
    });
    return memory;
  };
  app.addHook('onClose', async () => memory?.stop());
  registerFleetRoutes(app, deps, memoryOf);
  registerDecisionRoutes(app, deps, memoryOf);
  registerDeskEvents(app, deps);
  registerIncidentRoutes(app, deps, memoryOf);
};
