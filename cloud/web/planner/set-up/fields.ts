import { documentAudiences, documentKinds, documentLanguages } from '@kuluma/shared/model/document-words.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { failureModes } from './failure-modes.ts';

/** Names of the fields of all forms; each has its label in the catalogue. */
export type FieldName =
  | 'access'
  | 'alarmLimit'
  | 'areas'
  | 'audience'
  | 'break'
  | 'channel'
  | 'code'
  | 'commissionedOn'
  | 'componentTypes'
  | 'contactRoles'
  | 'contract'
  | 'contractPlan'
  | 'costPerHourCents'
  | 'costPerKmCents'
  | 'dataPurposes'
  | 'certificates'
  | 'depotId'
  | 'email'
  | 'gatewayId'
  | 'failureModeCode'
  | 'fileId'
  | 'home'
  | 'items'
  | 'kind'
  | 'language'
  | 'lines'
  | 'location'
  | 'machineId'
  | 'machineModelId'
  | 'manufacturer'
  | 'municipality'
  | 'name'
  | 'number'
  | 'overtime'
  | 'paces'
  | 'ownerId'
  | 'partId'
  | 'phone'
  | 'placeId'
  | 'priceCents'
  | 'quantity'
  | 'role'
  | 'serialNumber'
  | 'serviceLevel'
  | 'serviceNotices'
  | 'siteId'
  | 'skills'
  | 'source'
  | 'streetAddress'
  | 'subjects'
  | 'supplierLeadTimeDays'
  | 'tag'
  | 'timeZone'
  | 'title'
  | 'tools'
  | 'unit'
  | 'validFromOn'
  | 'warranty'
  | 'working';

/** What it means that nothing is chosen. */
export type NoneMeans = 'none' | 'all';

/** How a field is filled in. */
export type Control =
  | { readonly as: 'text'; readonly type?: 'email' | 'tel'; readonly required?: true }
  | { readonly as: 'number'; readonly min?: number; readonly whole?: true; readonly required?: true }
  | {
      readonly as:
        | 'euros'
        | 'day'
        | 'place'
        | 'skills'
        | 'certificates'
        | 'break'
        | 'overtime'
        | 'serviceLevel'
        | 'warranty'
        | 'contract'
        | 'contractPlan'
        | 'areas'
        | 'tools'
        | 'paces'
        | 'names'
        | 'components'
        | 'checkItems'
        | 'kitLines'
        | 'subjects'
        | 'file'
        | 'zone';
    }
  | {
      readonly as: 'choice';
      readonly of: readonly string[];
      readonly words?: 'unit' | 'failureMode';
      readonly none?: NoneMeans;
    }
  | { readonly as: 'checks'; readonly of: readonly string[] }
  | { readonly as: 'reference'; readonly to: readonly SetUpKind[]; readonly none?: NoneMeans; readonly fixed?: true }
  | { readonly as: 'week'; readonly off: 'absences' | 'closedDays' };

export interface Field {
  readonly name: FieldName;
  readonly control: Control;
  /** Of the text below the label. */
  readonly hint?: true;
}

/** Fields that belong together, under a heading from the second group on. */
export interface FieldGroup {
  readonly title:
    | 'main'
    | 'told'
    | 'place'
    | 'opening'
    | 'plan'
    | 'hours'
    | 'costs'
    | 'feed'
    | 'parts'
    | 'agreements'
    | 'file';
  readonly fields: readonly Field[];
}

const words = (name: FieldName, required = true): Field => ({
  name,
  control: { as: 'text', ...(required ? { required: true as const } : {}) },
});
const language: Field = { name: 'language', control: { as: 'choice', of: ['fi', 'sv', 'en'] } };
const email: Field = { name: 'email', control: { as: 'text', type: 'email' } };
const phone: Field = { name: 'phone', control: { as: 'text', type: 'tel' } };
const reference = (name: FieldName, ...to: SetUpKind[]): Field => ({ name, control: { as: 'reference', to } });
const ifAny = (name: FieldName, to: SetUpKind, none: NoneMeans = 'none'): Field => ({
  name,
  control: { as: 'reference', to: [to], none },
});
const euros = (name: FieldName): Field => ({ name, control: { as: 'euros' } });

/** The form of each kind, as its reader fills it in from top to bottom. */
export const formOf: { readonly [K in SetUpKind]: readonly FieldGroup[] } = {
  owners: [
    {
      title: 'main',
      fields: [
        words('name'),
        language,
        { name: 'dataPurposes', control: { as: 'checks', of: ['ownService', 'fleetTraining'] }, hint: true },
        { name: 'serviceLevel', control: { as: 'serviceLevel' } },
      ],
    },
  ],
  contacts: [
    { title: 'main', fields: [reference('ownerId', 'owners'), words('name'), email, phone, language] },
    {
      title: 'told',
      fields: [
        { name: 'contactRoles', control: { as: 'checks', of: ['approver', 'host', 'payer'] } },
        {
          name: 'serviceNotices',
          control: { as: 'choice', of: ['contract', 'consent', 'legitimateInterest', 'vitalInterest'], none: 'none' },
          hint: true,
        },
        { name: 'channel', control: { as: 'choice', of: ['email', 'sms'] } },
      ],
    },
  ],
  sites: [
    { title: 'main', fields: [words('name')] },
    {
      title: 'place',
      fields: [
        words('streetAddress', false),
        words('municipality', false),
        { name: 'location', control: { as: 'place' }, hint: true },
      ],
    },
    { title: 'opening', fields: [{ name: 'access', control: { as: 'week', off: 'closedDays' } }] },
  ],
  'machine-models': [
    {
      title: 'main',
      fields: [
        { ...words('code'), hint: true },
        { name: 'name', control: { as: 'names' } },
        words('manufacturer', false),
      ],
    },
    { title: 'parts', fields: [{ name: 'componentTypes', control: { as: 'components' } }] },
    { title: 'agreements', fields: [{ name: 'contractPlan', control: { as: 'contractPlan' }, hint: true }] },
  ],
  machines: [
    {
      title: 'main',
      fields: [
        words('tag'),
        reference('machineModelId', 'machine-models'),
        words('serialNumber', false),
        { name: 'commissionedOn', control: { as: 'day' } },
      ],
    },
    { title: 'place', fields: [ifAny('siteId', 'sites'), ifAny('ownerId', 'owners')] },
    {
      title: 'agreements',
      fields: [
        { name: 'warranty', control: { as: 'warranty' } },
        { name: 'contract', control: { as: 'contract' } },
      ],
    },
  ],
  points: [
    {
      title: 'main',
      fields: [
        { name: 'machineId', control: { as: 'reference', to: ['machines'], fixed: true } },
        { ...words('name'), hint: true },
        { name: 'role', control: { as: 'choice', of: ['sensor', 'setting', 'usage'] } },
        {
          name: 'unit',
          control: {
            as: 'choice',
            of: ['mm/s', 'g', 'degC', 'bar', 'A', 'kW', 'rpm', 'm3/h', '%', 'h', '1', 'N'],
            words: 'unit',
          },
        },
        { name: 'alarmLimit', control: { as: 'number' }, hint: true },
      ],
    },
    { title: 'feed', fields: [ifAny('gatewayId', 'gateways'), { ...words('source', false), hint: true }] },
  ],
  gateways: [{ title: 'main', fields: [words('name'), reference('siteId', 'sites')] }],
  technicians: [
    { title: 'main', fields: [words('name'), email, phone, language] },
    {
      title: 'plan',
      fields: [
        reference('depotId', 'depots'),
        { name: 'home', control: { as: 'place' }, hint: true },
        { name: 'skills', control: { as: 'skills' } },
        { name: 'certificates', control: { as: 'certificates' } },
        { name: 'tools', control: { as: 'tools' } },
        { name: 'paces', control: { as: 'paces' } },
        { name: 'areas', control: { as: 'areas' } },
      ],
    },
    {
      title: 'hours',
      fields: [
        { name: 'working', control: { as: 'week', off: 'absences' } },
        { name: 'break', control: { as: 'break' } },
        { name: 'overtime', control: { as: 'overtime' } },
      ],
    },
    { title: 'costs', fields: [euros('costPerHourCents'), euros('costPerKmCents')] },
  ],
  depots: [
    {
      title: 'main',
      fields: [
        words('name'),
        { name: 'location', control: { as: 'place' }, hint: true },
        { name: 'timeZone', control: { as: 'zone' } },
      ],
    },
  ],
  parts: [
    {
      title: 'main',
      fields: [
        words('number'),
        { name: 'name', control: { as: 'names' } },
        euros('priceCents'),
        { name: 'supplierLeadTimeDays', control: { as: 'number', min: 0, required: true } },
      ],
    },
  ],
  kits: [
    {
      title: 'main',
      fields: [
        words('code'),
        { name: 'name', control: { as: 'names' } },
        { name: 'lines', control: { as: 'kitLines' } },
      ],
    },
  ],
  stock: [
    {
      title: 'main',
      fields: [
        { name: 'partId', control: { as: 'reference', to: ['parts'], fixed: true } },
        { name: 'placeId', control: { as: 'reference', to: ['depots', 'technicians'], fixed: true } },
        { name: 'quantity', control: { as: 'number', min: 0, whole: true, required: true }, hint: true },
      ],
    },
  ],
  checklists: [
    {
      title: 'main',
      fields: [
        words('code'),
        { name: 'name', control: { as: 'names' } },
        ifAny('machineModelId', 'machine-models', 'all'),
        {
          name: 'failureModeCode',
          control: { as: 'choice', of: failureModes, words: 'failureMode', none: 'all' },
          hint: true,
        },
        { name: 'items', control: { as: 'checkItems' } },
      ],
    },
  ],
  documents: [
    {
      title: 'main',
      fields: [
        words('title'),
        { name: 'kind', control: { as: 'choice', of: documentKinds }, hint: true },
        words('number', false),
        { name: 'language', control: { as: 'choice', of: documentLanguages, none: 'none' } },
        { name: 'audience', control: { as: 'choice', of: documentAudiences }, hint: true },
        { name: 'subjects', control: { as: 'subjects' } },
      ],
    },
    {
      title: 'file',
      fields: [
        { name: 'fileId', control: { as: 'file' } },
        { name: 'validFromOn', control: { as: 'day' } },
      ],
    },
  ],
};
