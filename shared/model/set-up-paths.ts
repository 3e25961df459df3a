import type { SetUpKind } from './set-up-kinds.ts';

const base = (organisationId: string) => `/api/v1/organisations/${organisationId}/set-up`;

/** The paths of the set-up, one below the other for each kind. */
export const setUpPaths = {
  /** GET SetUpOverview. */
  overview: base,
  /** GET PricesView; POST SetPricesCommand, If-Match -> PricesView. */
  prices: (o: string) => `${base(o)}/prices`,
  /** GET CompanyView; POST SetCompanyCommand, If-Match -> CompanyView. */
  company: (o: string) => `${base(o)}/company`,
  /** GET InventoryView. */
  inventory: (o: string, machineId: string) => `${base(o)}/machines/${machineId}/inventory`,
  /** POST ImportCommand -> ImportView. */
  import: (o: string) => `${base(o)}/import`,
  /** GET SetUpRow[]; points with the query `machineId` or `gatewayId`. POST -> SetUpDone. */
  list: (o: string, kind: SetUpKind) => `${base(o)}/${kind}`,
  /** GET SetUpEntryView; POST, If-Match -> SetUpDone. */
  entry: (o: string, kind: SetUpKind, id: string) => `${base(o)}/${kind}/${id}`,
  /** POST, If-Match -> SetUpDone. */
  end: (o: string, kind: SetUpKind, id: string) => `${base(o)}/${kind}/${id}/end`,
  resume: (o: string, kind: SetUpKind, id: string) => `${base(o)}/${kind}/${id}/resume`,
  /** GET DocumentFileView; POST DocumentFilePiece -> DocumentFileReceived. */
  documentFile: (o: string, fileId: string) => `${base(o)}/document-files/${fileId}`,
  /** GET the bytes of it. */
  documentContent: (o: string, fileId: string) => `${base(o)}/document-files/${fileId}/content`,
  /** POST, If-Match -> SetUpDone with the gateway's new token and the beginning of its file. */
  token: (o: string, gatewayId: string) => `${base(o)}/gateways/${gatewayId}/token`,
  /** POST SetUpActCommand -> EnrolmentView: a code by which the gateway gets a token of its own. */
  enrolment: (o: string, gatewayId: string) => `${base(o)}/gateways/${gatewayId}/enrolment`,
  /** POST EnrolCommand -> EnrolledView, of a gateway that shows its code. */
  enrol: () => '/api/v1/gateways/enrol',
} as const;
