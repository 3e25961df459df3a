import { type Static, Type } from 'typebox';
import { ContractEntry, WarrantyEntry } from '../agreements.ts';
import { closed, idOf, LocalText, oneOf, orNull } from '../base.ts';
import { contactRoles, dataPurposes, LegalBasis, MessageClass } from '../parties.ts';
import { findingVerdicts, visitStates } from '../service.ts';
import { IsoInstant } from './common.ts';
import { PartNeedView } from './decision.ts';

/** What the service company has done and agreed about a machine, and how others of its model measure. */

const period = { fromAt: IsoInstant, toAt: orNull(IsoInstant) };

const MachineVisitView = Type.Object(
  {
    visitId: idOf('visit'),
    state: oneOf(visitStates),
    startAt: IsoInstant,
    technicianName: Type.String(),
    action: oneOf(['replace', 'inspect']),
    componentName: LocalText,
    recommendationId: idOf('recommendation'),
    /** What was found; null before the visit is done. */
    found: orNull(
      Type.Object(
        {
          verdict: oneOf(findingVerdicts),
          text: Type.String(),
          minutes: Type.Integer(),
          componentReplaced: Type.Boolean(),
          parts: Type.Array(Type.Object({ name: LocalText, quantity: Type.Integer() }, closed)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type MachineVisitView = Static<typeof MachineVisitView>;

export const MachineServiceView = Type.Object(
  {
    /** The latest first, those to come among them. */
    visits: Type.Array(MachineVisitView),
    /** What the repairs of its components take, by component. */
    parts: Type.Array(
      Type.Object(
        {
          componentCode: Type.String(),
          componentName: LocalText,
          needs: Type.Array(PartNeedView),
          /** Of the part that is in the machine now; null where nobody noted it. */
          installedBatch: orNull(Type.String()),
        },
        closed,
      ),
    ),
    commissionedAt: IsoInstant,
    /** Whose it has been, the latest first. */
    owners: Type.Array(Type.Object({ ownerId: idOf('owner'), name: Type.String(), ...period }, closed)),
    /** Of its owner now. */
    contacts: Type.Array(
      Type.Object(
        {
          contactId: idOf('contact'),
          name: Type.String(),
          email: Type.String(),
          phone: Type.String(),
          roles: Type.Array(oneOf(contactRoles)),
          /** What may be sent to them, and why. */
          allows: Type.Array(Type.Object({ messageClass: MessageClass, legalBasis: LegalBasis }, closed)),
        },
        closed,
      ),
    ),
    /** That which began last of each; null where there is none. They may have ended. */
    warranty: orNull(WarrantyEntry),
    contract: orNull(ContractEntry),
    /** What its data may be used for by contract; null where there is none. */
    dataLicence: orNull(Type.Object({ purposes: Type.Array(oneOf(dataPurposes)), ...period }, closed)),
  },
  closed,
);
export type MachineServiceView = Static<typeof MachineServiceView>;

const MachineName = { machineId: idOf('machine'), tag: Type.String() };

/** A point beside the same point of other machines of the model, in columns: bucket n covers `fromAt + n * bucketMs`. */
export const PeersView = Type.Object(
  {
    fromAt: IsoInstant,
    bucketMs: Type.Integer({ minimum: 1 }),
    /** Of how many machines the band is; with fewer than three there is none. */
    machines: Type.Integer({ minimum: 0 }),
    index: Type.Array(Type.Integer({ minimum: 0 })),
    p10: Type.Array(Type.Number()),
    p50: Type.Array(Type.Number()),
    p90: Type.Array(Type.Number()),
    /** The means of those that were asked for. */
    chosen: Type.Array(
      Type.Object(
        { ...MachineName, index: Type.Array(Type.Integer({ minimum: 0 })), mean: Type.Array(Type.Number()) },
        closed,
      ),
    ),
    /** Whom it can be compared with. */
    others: Type.Array(Type.Object(MachineName, closed)),
  },
  closed,
);
export type PeersView = Static<typeof PeersView>;
