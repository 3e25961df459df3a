import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@kuluma/shared/errors.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import type { SampleProof } from './proof.ts';
import type { RunningDemo } from './run-demo.ts';
import { Visitor } from './visitor.ts';

/** What `kuluma demo --once` prints. */
export interface DemoSummary {
  readonly samples: SampleProof;
  readonly forecasts: number;
  readonly visit: {
    readonly visitId: string;
    readonly machine: string;
    readonly component: string;
    readonly owner: string;
    readonly technician: string;
    readonly arrivalFromAt: string;
    readonly arrivalToAt: string;
    readonly grossCents: number;
  };
  readonly stageSeconds: Record<string, number>;
}

const pollMs = 500;
/** Wall time in which each step of the loop must come true. */
const boundMs = 120_000;

const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + boundMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(pollMs);
  }
  throw new AppError('INTERNAL', `${what} did not come within ${boundMs / 1000} s`);
};

/** Visitors signed in, one for each secret of a role. */
const visitorsOf = async ({ url, seeded }: RunningDemo, role: string): Promise<Visitor[]> => {
  const visitors: Visitor[] = [];
  for (const { secret } of seeded.secrets.filter((s) => s.role === role)) {
    const visitor = new Visitor(url);
    await visitor.signIn(secret);
    visitors.push(visitor);
  }
  return visitors;
};

const firstOf = async <T>(
  visitors: readonly Visitor[],
  look: (visitor: Visitor) => Promise<T | undefined>,
): Promise<T | undefined> => {
  for (const visitor of visitors) {
    const found = await look(visitor);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The main job by itself, over HTTP as the pages do it: a recommendation, a planner's yes, an owner's yes, a visit on a list. */
export const playOnce = async (demo: RunningDemo, progress: (line: string) => void): Promise<DemoSummary> => {
  const stageSeconds = { ...demo.stageSeconds };
  let from = performance.now();
  const staged = <T>(name: string, result: T): T => {
    stageSeconds[name] = Math.round((performance.now() - from) / 100) / 10;
    from = performance.now();
    return result;
  };
  const [planner] = await visitorsOf(demo, 'planner');
  const owners = await visitorsOf(demo, 'owner');
  const technicians = await visitorsOf(demo, 'technician');
  if (!planner) throw new AppError('INTERNAL', 'the demo has no planner');

  progress('waiting for a machine to ask for a decision');
  staged(
    'recommendation',
    await until('a decision with times to offer', async () => {
      for (const { recommendationId } of await planner.openDecisions()) {
        const found: DecisionView = await planner.decision(recommendationId);
        if (!found.planMark) continue;
        progress(`approving: ${found.machine.tag}, ${found.componentName.en}`);
        if (await planner.approve(found)) return found;
      }
      return undefined;
    }),
  );
  const accepted = staged(
    'offer',
    await until("the offer on the owner's page", () =>
      firstOf(owners, async (owner): Promise<OfferView | undefined> => {
        const offer = (await owner.offers()).find((o) => o.state === 'sent');
        const slot = offer?.slots[0];
        if (!offer || !slot) return undefined;
        progress(`accepting as ${offer.machine.owner?.name}`);
        return owner.accept(offer, slot.slotId);
      }),
    ),
  );
  const visit = staged(
    'visit',
    await until("the visit on a technician's page", () =>
      firstOf(technicians, async (technician) => {
        const day = await technician.day();
        const found = day.visits.find((v) => v.visitId === accepted.visit?.visitId);
        return found && { ...found, technician: day.technicianName };
      }),
    ),
  );
  const forecasts = await demo.service.pipelines.records.list('forecast', demo.seeded.organisationId);
  const samples = await demo.prove();
  return {
    samples,
    forecasts: forecasts.length,
    visit: {
      visitId: visit.visitId,
      machine: visit.machine.tag,
      component: visit.componentName.en,
      owner: visit.machine.owner?.name ?? '',
      technician: visit.technician,
      arrivalFromAt: visit.arrivalFromAt,
      arrivalToAt: visit.arrivalToAt,
      grossCents: accepted.total.grossCents,
    },
    stageSeconds: { ...stageSeconds, ...demo.stageSeconds },
  };
};
