import type { Static } from 'typebox';
import { ContractOffer, ContractReckoning, ServiceContract, Warranty } from './agreements.ts';
import { AuditEntry } from './audit.ts';
import { BoardStep, BookingCost } from './board.ts';
import { Case, CaseMessage } from './cases.ts';
import { Checklist, ChecklistEdition } from './checklists.ts';
import { DataShareGrant, DataShareUse } from './data-shares.ts';
import { DeskViews } from './desk-views.ts';
import { Document, DocumentFile, DocumentText } from './documents.ts';
import { VisitFeedback } from './feedback.ts';
import { FollowUp } from './follow-ups.ts';
import { Forecast, ForecastModel } from './forecast.ts';
import { AlarmRecord, GapRecord, GatewayConfig, PointTable, WaveformRecord } from './gateway-reports.ts';
import { FleetIncident } from './incident.ts';
import { Invoice } from './invoice.ts';
import { MachineState } from './machine-state.ts';
import {
  Component,
  Gateway,
  Machine,
  MachineModel,
  MachineOwnership,
  MachinePlacement,
  MeasurementPoint,
  PointAssignment,
} from './machines.ts';
import { ConsentEntry, InboundSms, Message, MessagePreference, ReachPreference, WebhookEvent } from './messages.ts';
import { ForecastScore, ModelCheck, ModelPolicy, ModelStep, ShadowForecast } from './model-life.ts';
import { PartRequest } from './part-requests.ts';
import {
  Consent,
  Contact,
  DataLicence,
  Identity,
  Organisation,
  Owner,
  Passkey,
  Person,
  SecondFactor,
  Session,
  Site,
} from './parties.ts';
import { PriceListRecord } from './prices.ts';
import { PrivacyRequest } from './privacy.ts';
import { PushNotice, PushSubscription, ToldDay } from './push.ts';
import { Acceptance, Approval, MaintenanceOffer, Outcome, Recommendation, ServiceVisit, SlotHold } from './service.ts';
import { SetUpChange } from './set-up-change.ts';
import { Depot, Kit, Part, StockMovement, Technician } from './stock.ts';
import { VisitFile } from './visit-files.ts';
import { VisitEntry } from './visit-work.ts';

/**
 * Every record kind that the relational store keeps: its schema, the fields that queries may filter by,
 * whether it is personal data (tables of their own), and whether it may change once written.
 */
export const recordKinds = {
  organisation: { schema: Organisation, filters: [], personal: false, immutable: false },
  person: { schema: Person, filters: [], personal: true, immutable: false },
  contact: { schema: Contact, filters: ['ownerId'], personal: true, immutable: false },
  session: {
    schema: Session,
    filters: ['secretHash', 'personId', 'contactId'],
    personal: true,
    immutable: false,
  },
  passkey: {
    schema: Passkey,
    filters: ['credentialId', 'personId', 'contactId'],
    personal: true,
    immutable: false,
  },
  secondFactor: { schema: SecondFactor, filters: ['personId'], personal: true, immutable: false },
  identity: { schema: Identity, filters: ['personId', 'issuer', 'subject'], personal: true, immutable: false },
  consent: { schema: Consent, filters: ['contactId'], personal: true, immutable: false },
  owner: { schema: Owner, filters: [], personal: false, immutable: false },
  site: { schema: Site, filters: [], personal: false, immutable: false },
  gateway: { schema: Gateway, filters: ['siteId'], personal: false, immutable: false },
  machineModel: { schema: MachineModel, filters: ['code'], personal: false, immutable: false },
  machine: { schema: Machine, filters: ['machineModelId'], personal: false, immutable: false },
  machinePlacement: { schema: MachinePlacement, filters: ['machineId', 'siteId'], personal: false, immutable: false },
  machineOwnership: { schema: MachineOwnership, filters: ['machineId', 'ownerId'], personal: false, immutable: false },
  component: { schema: Component, filters: ['machineId'], personal: false, immutable: false },
  measurementPoint: { schema: MeasurementPoint, filters: ['machineId'], personal: false, immutable: false },
  pointAssignment: { schema: PointAssignment, filters: ['pointId', 'gatewayId'], personal: false, immutable: false },
  alarm: { schema: AlarmRecord, filters: ['pointId', 'gatewayId'], personal: false, immutable: true },
  gap: { schema: GapRecord, filters: ['gatewayId'], personal: false, immutable: true },
  waveform: { schema: WaveformRecord, filters: ['pointId'], personal: false, immutable: true },
  pointTable: { schema: PointTable, filters: ['gatewayId', 'tableId'], personal: false, immutable: true },
  gatewayConfig: { schema: GatewayConfig, filters: ['gatewayId'], personal: false, immutable: false },
  dataShareGrant: { schema: DataShareGrant, filters: ['ownerId'], personal: false, immutable: false },
  dataShareUse: { schema: DataShareUse, filters: ['grantId'], personal: false, immutable: true },
  dataLicence: { schema: DataLicence, filters: ['ownerId'], personal: false, immutable: false },
  warranty: { schema: Warranty, filters: ['machineId'], personal: false, immutable: false },
  serviceContract: {
    schema: ServiceContract,
    filters: ['machineId', 'ownerId'],
    personal: false,
    immutable: false,
  },
  contractOffer: {
    schema: ContractOffer,
    filters: ['machineId', 'ownerId', 'state'],
    personal: false,
    immutable: false,
  },
  contractReckoning: { schema: ContractReckoning, filters: ['machineId'], personal: false, immutable: false },
  technician: { schema: Technician, filters: ['personId', 'depotId'], personal: false, immutable: false },
  depot: { schema: Depot, filters: [], personal: false, immutable: false },
  part: { schema: Part, filters: ['number'], personal: false, immutable: false },
  kit: { schema: Kit, filters: ['code'], personal: false, immutable: false },
  stockMovement: { schema: StockMovement, filters: ['partId', 'place'], personal: false, immutable: true },
  checklist: { schema: Checklist, filters: ['code'], personal: false, immutable: false },
  checklistEdition: { schema: ChecklistEdition, filters: ['checklistId'], personal: false, immutable: true },
  document: { schema: Document, filters: [], personal: false, immutable: false },
  documentFile: { schema: DocumentFile, filters: [], personal: false, immutable: true },
  documentText: { schema: DocumentText, filters: ['fileId'], personal: false, immutable: true },
  forecastModel: { schema: ForecastModel, filters: ['machineModelId'], personal: false, immutable: true },
  forecast: { schema: Forecast, filters: ['machineId', 'componentId'], personal: false, immutable: true },
  machineState: { schema: MachineState, filters: ['machineId'], personal: false, immutable: true },
  modelStep: { schema: ModelStep, filters: ['machineModelId'], personal: false, immutable: true },
  modelPolicy: { schema: ModelPolicy, filters: ['machineModelId'], personal: false, immutable: true },
  shadowForecast: { schema: ShadowForecast, filters: ['componentId'], personal: false, immutable: true },
  forecastScore: {
    schema: ForecastScore,
    filters: ['machineModelId', 'componentId'],
    personal: false,
    immutable: false,
  },
  modelCheck: { schema: ModelCheck, filters: ['machineModelId'], personal: false, immutable: true },
  recommendation: {
    schema: Recommendation,
    filters: ['machineId', 'componentId', 'state'],
    personal: false,
    immutable: false,
  },
  approval: { schema: Approval, filters: ['recommendationId'], personal: false, immutable: true },
  offer: {
    schema: MaintenanceOffer,
    filters: ['recommendationId', 'machineId', 'ownerId', 'contactId', 'state'],
    personal: false,
    immutable: false,
  },
  slotHold: { schema: SlotHold, filters: ['offerId', 'technicianId', 'state'], personal: false, immutable: false },
  acceptance: { schema: Acceptance, filters: ['offerId'], personal: false, immutable: true },
  visit: {
    schema: ServiceVisit,
    filters: ['machineId', 'technicianId', 'secondTechnicianId', 'offerId', 'recommendationId', 'state'],
    personal: false,
    immutable: false,
  },
  visitEntry: { schema: VisitEntry, filters: ['visitId'], personal: true, immutable: true },
  visitFile: { schema: VisitFile, filters: ['visitId'], personal: true, immutable: true },
  followUp: { schema: FollowUp, filters: ['visitId', 'state'], personal: true, immutable: false },
  partRequest: {
    schema: PartRequest,
    filters: ['visitId', 'technicianId', 'state'],
    personal: true,
    immutable: false,
  },
  outcome: { schema: Outcome, filters: ['visitId', 'recommendationId'], personal: false, immutable: true },
  invoice: { schema: Invoice, filters: ['offerId', 'state'], personal: false, immutable: false },
  message: { schema: Message, filters: ['contactId', 'state', 'offerId'], personal: false, immutable: false },
  case: { schema: Case, filters: ['state', 'machineId', 'ownerId', 'visitId'], personal: true, immutable: false },
  caseMessage: { schema: CaseMessage, filters: ['caseId'], personal: true, immutable: true },
  visitFeedback: { schema: VisitFeedback, filters: ['visitId'], personal: false, immutable: false },
  boardStep: { schema: BoardStep, filters: [], personal: false, immutable: true },
  deskViews: { schema: DeskViews, filters: ['personId'], personal: true, immutable: false },
  fleetIncident: { schema: FleetIncident, filters: [], personal: false, immutable: true },
  bookingCost: { schema: BookingCost, filters: ['visitId'], personal: false, immutable: true },
  inboundSms: { schema: InboundSms, filters: ['gatewayMessageId', 'contactId'], personal: true, immutable: true },
  priceList: { schema: PriceListRecord, filters: [], personal: false, immutable: false },
  setUpChange: { schema: SetUpChange, filters: ['subjectId'], personal: false, immutable: true },
  messagePreference: { schema: MessagePreference, filters: ['contactId'], personal: false, immutable: false },
  reachPreference: { schema: ReachPreference, filters: ['contactId'], personal: true, immutable: false },
  consentEntry: { schema: ConsentEntry, filters: ['contactId'], personal: true, immutable: true },
  webhookEvent: { schema: WebhookEvent, filters: ['state'], personal: false, immutable: false },
  pushSubscription: {
    schema: PushSubscription,
    filters: ['personId', 'endpoint'],
    personal: true,
    immutable: false,
  },
  toldDay: { schema: ToldDay, filters: ['technicianId'], personal: false, immutable: false },
  pushNotice: { schema: PushNotice, filters: ['state'], personal: false, immutable: false },
  privacyRequest: {
    schema: PrivacyRequest,
    filters: ['personId', 'contactId', 'state'],
    personal: false,
    immutable: false,
  },
  auditEntry: { schema: AuditEntry, filters: [], personal: false, immutable: true },
} as const;

export type RecordKind = keyof typeof recordKinds;
export type RecordOf<K extends RecordKind> = Static<(typeof recordKinds)[K]['schema']>;
/** Fields of a kind that a query may filter by. */
export type FilterOf<K extends RecordKind> = (typeof recordKinds)[K]['filters'][number];
