import { type Static, Type } from 'typebox';
import { closed, oneOf, orNull } from '../model/base.ts';

const Revision = Type.Integer({ minimum: 1 });

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
