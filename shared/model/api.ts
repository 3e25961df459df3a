/**
 * The HTTP API, path by path, for server and pages alike. `{organisationId}` comes first everywhere but at the door.
 * Answers and commands are in views.
 */
const organisation = (organisationId: string) => `/api/v1/organisations/${organisationId}`;

export const apiPaths = {
  /** POST SignInCommand -> MeView and a session cookie. */
  signIn: () => '/api/v1/sign-in',
  /** POST. */
  signOut: () => '/api/v1/sign-out',
  /** GET MeView. */
  me: () => '/api/v1/me',
  /** GET ClockView. */
  clock: () => '/api/v1/clock',
  /** POST SmsArrived -> SmsReplyView. */
  smsInbound: () => '/api/v1/sms/inbound',
  /** POST SmsDelivery. */
  smsDelivery: () => '/api/v1/sms/delivery',
  /** GET StatusView. */
  status: (o: string) => `${organisation(o)}/status`,
  /** GET GatewayDetailView. */
  gateway: (o: string, gatewayId: string) => `${organisation(o)}/gateways/${gatewayId}`,
  /** GET GatewayConfigView[], newest first; POST SendConfigCommand -> GatewayConfigView. */
  gatewayConfigs: (o: string, gatewayId: string) => `${organisation(o)}/gateways/${gatewayId}/config`,
  /** POST CheckConfigCommand -> ConfigCheckView; sends nothing. */
  gatewayConfigCheck: (o: string, gatewayId: string) => `${organisation(o)}/gateways/${gatewayId}/config/check`,
  /** GET EdgeNodeView[]. */
  edgeNodes: (o: string, gatewayId: string) => `${organisation(o)}/gateways/${gatewayId}/edge-nodes`,
  /** GET FleetPageView; query FleetQuery. */
  fleet: (o: string) => `${organisation(o)}/fleet`,
  /** GET FleetSitesView; query FleetFilter. */
  fleetSites: (o: string) => `${organisation(o)}/fleet/sites`,
  /** GET TodayView. */
  today: (o: string) => `${organisation(o)}/today`,
  /** GET SearchHitView[], best first; query `text`. */
  search: (o: string) => `${organisation(o)}/search`,
  /** GET MachineView. */
  machine: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}`,
  /** GET every sample of a machine as a file; query `fromAt`, `toAt`, `format` (json, csv or parquet). */
  machineData: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/data`,
  /** GET server-sent events: the newest sample of each point as it comes. */
  machineLive: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/live`,
  /** GET SharedDataView, by the key of a third party. */
  sharedData: () => '/api/v1/shared',
  /** GET the shared data of a machine as a file, by such a key; query as of `machineData`. */
  sharedMachineData: (machineId: string) => `/api/v1/shared/machines/${machineId}/data`,
  /** GET, by such a key: server-sent events `sample` as of `machineLive`, of a share of every sample. */
  sharedMachineLive: (machineId: string) => `/api/v1/shared/machines/${machineId}/live`,
  /** GET SeriesView; query `pointId`, `fromAt`, `toAt`, `buckets` (at most 2000). */
  series: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/series`,
  /** GET PeersView; query `pointId`, `fromAt`, `toAt`, `buckets` (at most 500), `chosen` (machine ids). */
  peers: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/peers`,
  /** GET MachineServiceView. */
  machineService: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/service`,
  /** GET DocumentView[], what is wanted most first. */
  machineDocuments: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/documents`,
  /** GET the bytes of a document's file. */
  machineDocument: (o: string, machineId: string, fileId: string) =>
    `${organisation(o)}/machines/${machineId}/documents/${fileId}`,
  /** GET string[], the text of a document's file by page. */
  machineDocumentText: (o: string, machineId: string, textId: string) =>
    `${organisation(o)}/machines/${machineId}/document-texts/${textId}`,
  /** GET DocumentHit[], the best first; query `text`. */
  machineDocumentSearch: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/document-search`,
  /** GET ForecastHistoryView; query `fromAt`. */
  forecasts: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/forecasts`,
  /** POST RestartBaselineCommand -> MachineView; what is normal of the machine is learnt anew from now on. */
  restartBaseline: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/baseline`,
  /** GET ComponentReliabilityView[] of the machine's model. */
  reliability: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/reliability`,
  /** GET ModelRow[]. */
  models: (o: string) => `${organisation(o)}/models`,
  /** GET ModelView. */
  model: (o: string, machineModelId: string) => `${organisation(o)}/models/${machineModelId}`,
  /** POST DecideModelCommand -> ModelView. */
  decideModel: (o: string, machineModelId: string) => `${organisation(o)}/models/${machineModelId}/decide`,
  /** POST LayDownPolicyCommand -> ModelView. */
  modelPolicy: (o: string, machineModelId: string) => `${organisation(o)}/models/${machineModelId}/policy`,
  /** GET WaveformHead[], newest first; POST AskWaveformCommand, answered by 202. */
  waveforms: (o: string, machineId: string) => `${organisation(o)}/machines/${machineId}/waveforms`,
  /** GET WaveformView. */
  waveform: (o: string, machineId: string, waveformId: string) =>
    `${organisation(o)}/machines/${machineId}/waveforms/${waveformId}`,
  /** GET DecisionsView; query DecisionsQuery; open ones by urgency, others newest first. */
  decisions: (o: string) => `${organisation(o)}/decisions`,
  /** GET DecisionView with slots and price. */
  decision: (o: string, recommendationId: string) => `${organisation(o)}/decisions/${recommendationId}`,
  /** POST ApproveCommand, If-Match -> DecisionView with its offer. */
  approve: (o: string, recommendationId: string) => `${organisation(o)}/decisions/${recommendationId}/approve`,
  /** POST RejectCommand, If-Match -> DecisionView. */
  reject: (o: string, recommendationId: string) => `${organisation(o)}/decisions/${recommendationId}/reject`,
  /** POST PostponeCommand, If-Match -> DecisionView. */
  postpone: (o: string, recommendationId: string) => `${organisation(o)}/decisions/${recommendationId}/postpone`,
  /** POST UndoCommand, If-Match -> DecisionView; until the owner has heard of it. */
  undoDecision: (o: string, recommendationId: string) => `${organisation(o)}/decisions/${recommendationId}/undo`,
  /** GET DeskViewsView of the reader; POST KeepViewsCommand, If-Match -> DeskViewsView. */
  deskViews: (o: string) => `${organisation(o)}/desk-views`,
  /** GET IncidentView[]. */
  incidents: (o: string) => `${organisation(o)}/incidents`,
  /** POST DecideIncidentCommand -> IncidentDecidedView. */
  decideIncident: (o: string) => `${organisation(o)}/incidents/decide`,
  /** GET OfferView[] of the signed-in owner, newest first. */
  offers: (o: string) => `${organisation(o)}/offers`,
  /** GET OfferView. */
  offer: (o: string, offerId: string) => `${organisation(o)}/offers/${offerId}`,
  /** POST OfferAnswerCommand, If-Match -> OfferView. */
  offerAnswer: (o: string, offerId: string) => `${organisation(o)}/offers/${offerId}/answer`,
  /** GET ContractsView: warranties that end, and contracts that were offered. */
  contracts: (o: string) => `${organisation(o)}/contracts`,
  /** POST OfferContractCommand, If-Match -> ContractsView. */
  /** POST ReckonContractsCommand -> ContractsView. */
  reckonContracts: (o: string) => `${organisation(o)}/contracts/reckoning`,
  offerContract: (o: string, machineId: string) => `${organisation(o)}/contracts/${machineId}/offer`,
  /** GET CaseRow[], what waits for the company first; query `state`, `machineId`. */
  cases: (o: string) => `${organisation(o)}/cases`,
  /** GET CaseView. */
  case: (o: string, caseId: string) => `${organisation(o)}/cases/${caseId}`,
  /** POST SayCommand -> CaseView. */
  caseMessages: (o: string, caseId: string) => `${organisation(o)}/cases/${caseId}/messages`,
  /** GET image/jpeg. */
  casePhoto: (o: string, caseId: string, photoId: string) => `${organisation(o)}/cases/${caseId}/photos/${photoId}`,
  /** POST CloseCaseCommand, If-Match -> CaseView. */
  caseClose: (o: string, caseId: string) => `${organisation(o)}/cases/${caseId}/close`,
  /** GET DayView of the signed-in technician. */
  day: (o: string) => `${organisation(o)}/day`,
  /** GET BoardView; query `fromAt`, `toAt`. */
  board: (o: string) => `${organisation(o)}/board`,
  /** POST BoardQuoteCommand -> BoardQuoteView; changes nothing. */
  boardQuotes: (o: string) => `${organisation(o)}/board/quotes`,
  /** POST BoardPlacesCommand -> BoardPlacesView; changes nothing. */
  boardPlaces: (o: string) => `${organisation(o)}/board/places`,
  /** GET BoardWhyView. */
  boardWhy: (o: string, entryId: string) => `${organisation(o)}/board/entries/${entryId}/why`,
  /** GET BoardStepView[], newest first; POST BoardChangeCommand -> BoardChangedView. */
  boardSteps: (o: string) => `${organisation(o)}/board/steps`,
  /** POST BoardUndoCommand -> BoardChangedView. */
  boardUndo: (o: string) => `${organisation(o)}/board/undo`,
  /** POST BoardUndoCommand -> BoardChangedView. */
  boardRedo: (o: string) => `${organisation(o)}/board/redo`,
  /** POST BoardCopyCommand -> BoardCopyView. */
  boardCopies: (o: string) => `${organisation(o)}/board/copies`,
  /** POST BoardCopyMoreCommand -> BoardCopyView; DELETE drops it. */
  boardCopy: (o: string, copyId: string) => `${organisation(o)}/board/copies/${copyId}`,
  /** POST -> BoardCopyView. */
  boardCopyUndo: (o: string, copyId: string) => `${organisation(o)}/board/copies/${copyId}/undo`,
  /** POST BoardTakeCommand -> BoardChangedView. */
  boardTake: (o: string, copyId: string) => `${organisation(o)}/board/copies/${copyId}/take`,
  /** GET text/event-stream: `step` and `plan` of BoardEventView, `changed` of anything else on the desk. */
  deskEvents: (o: string) => `${organisation(o)}/events`,
  /** POST VisitProgressCommand, If-Match -> VisitView. */
  visitProgress: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/progress`,
  /** POST VisitReportCommand, If-Match -> VisitView. */
  visitReport: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/report`,
  /** POST VisitWorkCommand -> VisitView. */
  visitWork: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/work`,
  /** GET image/jpeg; POST VisitFilePiece -> VisitFileView. */
  visitFile: (o: string, visitId: string, fileId: string) => `${organisation(o)}/visits/${visitId}/files/${fileId}`,
  /** GET application/pdf of a visit that is done; query `lang`, without it the language of the owner's contact. */
  visitPdf: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/report.pdf`,
  /** GET VisitPastCase[], the newest first. */
  visitPastCases: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/past-cases`,
  /** GET DocumentView[], those of the visit's component first. */
  visitDocuments: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/documents`,
  /** POST VisitAskCommand, If-Match -> VisitView. */
  visitAsk: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/ask`,
  /** POST PartRequestCommand -> VisitView. */
  visitPartRequests: (o: string, visitId: string) => `${organisation(o)}/visits/${visitId}/part-requests`,
  /** POST VanReturnCommand -> VanReturnView. */
  vanReturns: (o: string) => `${organisation(o)}/van/returns`,
  /** GET PartRequestView[], those that somebody waits for, the most urgent first. */
  partRequests: (o: string) => `${organisation(o)}/part-requests`,
  /** POST HandOverCommand, If-Match -> PartRequestView. */
  partHandOver: (o: string, partRequestId: string) => `${organisation(o)}/part-requests/${partRequestId}/hand-over`,
  /** POST RefusePartCommand, If-Match -> PartRequestView. */
  partRefusal: (o: string, partRequestId: string) => `${organisation(o)}/part-requests/${partRequestId}/refusal`,
  /** GET FollowUpView[], those that are open, oldest first. */
  followUps: (o: string) => `${organisation(o)}/follow-ups`,
  /** POST HandleFollowUpCommand, If-Match -> FollowUpView. */
  followUpHandled: (o: string, followUpId: string) => `${organisation(o)}/follow-ups/${followUpId}/handled`,
} as const;
