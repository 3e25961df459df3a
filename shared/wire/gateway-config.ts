import { type Static, Type } from 'typebox';
import type { Fault } from '../errors.ts';
import { closed, oneOf, orNull } from '../model/base.ts';

const Revision = Type.Integer({ minimum: 1 });

/** What may be set over the link, each section in the place of the file's. Identity, uplink and folders would lock a gateway out. */
const remoteSections = ['buses', 'profiles', 'alarms', 'outbox'];

/** Why a configuration cannot come over the link, whatever the schema says of its sections; empty when it can. */
export const remoteFaults = (config: unknown): Fault[] => {
  if (typeof config !== 'object' || config === null || Array.isArray(config) || Object.keys(config).length === 0)
    return [{ path: '/', message: 'is no map of sections', hint: `sections: ${remoteSections.join(', ')}` }];
  return Object.keys(config)
    .filter((key) => !remoteSections.includes(key))
    .map((key) => ({
      path: `/${key}`,
      message: 'cannot be set over the link',
      hint: `remove it; sections: ${remoteSections.join(', ')}`,
    }));
};

/** Of a YAML text: a letter has to pass the broker's limit of 256 KiB with its quotes escaped. */
export const mostConfigChars = 120_000;
/** Of what a gateway says about one revision. */
export const mostReportChars = 2000;

/** Retained JSON on the `config` channel: the newest configuration for that gateway. An empty payload takes it back. */
export const ConfigOffer = Type.Object(
  { v: Type.Literal(1), revision: Revision, yaml: Type.String({ minLength: 1, maxLength: mostConfigChars }) },
  closed,
);
export type ConfigOffer = Static<typeof ConfigOffer>;

/** What became of a revision. */
export const ConfigReport = Type.Object(
  {
    revision: Revision,
    /** `trial`: it runs and is watched; the others are for ever. */
    state: oneOf(['trial', 'applied', 'refused', 'rolledBack']),
    message: Type.String({ maxLength: mostReportChars }),
  },
  closed,
);
export type ConfigReport = Static<typeof ConfigReport>;

/** In the gateway's state: what it runs and what it made of the last revisions. */
export const ConfigState = Type.Object(
  {
    /** null: the file on the gateway. */
    running: orNull(Revision),
    /** The last few, oldest first: a verdict is not lost because another followed while the link was down. */
    reports: Type.Array(ConfigReport),
  },
  closed,
);
export type ConfigState = Static<typeof ConfigState>;
