import { asAppError } from '@kuluma/shared/errors.ts';
import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import { AuditEntryView, AuditedDecisionView, VerificationView } from '@kuluma/shared/model/views/audit.ts';
import { IsoInstant, isoOf } from '@kuluma/shared/model/views/common.ts';
import { Type } from 'typebox';
import { decisionThread, type ReplayedDecision, replayAudited, verifyAudit } from '../../pipelines/audit.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { pathIds } from './route-parts.ts';

const AnyId = Type.String({ pattern: '^[a-z]{3}_[0-9a-z]{26}$' });

const entryViewOf = ({ seq, createdAtMs, createdBy, writes, hash }: AuditEntry): AuditEntryView => ({
  ...{ seq, at: isoOf(createdAtMs), by: createdBy, writes, hash },
});

const replayViewOf = ({
  decision,
  isSame,
  differs,
  saysNow,
  forecasts: numbers,
}: ReplayedDecision): AuditedDecisionView['replay'] => {
  const { recommendationId, decidedAtMs, inputs, forecasts, said } = decision;
  return {
    ...{ recommendationId, decidedAt: isoOf(decidedAtMs), codeVersion: inputs.codeVersion, forecasts },
    ...{ isSame, differs: [...differs], said, saysNow: saysNow && { ...saysNow } },
    numbers: [...numbers],
  };
};

/** What auditors read: who changed what, whether anybody touched that, and decisions asked again. */
export const registerAuditRoutes = (app: App, { records, models }: HttpDeps): void => {
  const tags = ['audit'];
  const config = { right: 'audit:read' } as const;
  app.get(
    auditPaths.entries(':organisationId'),
    {
      config,
      schema: {
        ...{ tags, summary: 'Who changed what, newest first', params: pathIds({}) },
        querystring: Type.Object(
          {
            beforeSeq: Type.Optional(Type.Integer({ minimum: 1 })),
            about: Type.Optional(AnyId),
            by: Type.Optional(AnyId),
            kind: Type.Optional(Type.String({ maxLength: 40 })),
            fromAt: Type.Optional(IsoInstant),
            toAt: Type.Optional(IsoInstant),
            limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Array(AuditEntryView) },
      },
    },
    async ({ params, query: { beforeSeq, fromAt, toAt, ...asked } }) => {
      const entries = await records.auditEntries(params.organisationId, {
        ...asked,
        ...(beforeSeq === undefined ? {} : { fromSeq: beforeSeq }),
        ...(fromAt === undefined ? {} : { fromMs: Date.parse(fromAt) }),
        ...(toAt === undefined ? {} : { toMs: Date.parse(toAt) }),
        newestFirst: true,
      });
      return entries.map(entryViewOf);
    },
  );
  app.get(
    auditPaths.verification(':organisationId'),
    {
      // It reads all there is.
      config: { ...config, rateLimit: { max: 6, timeWindow: '1 minute' } },
      schema: {
        ...{ tags, summary: 'Whether an entry was changed, removed or put in', params: pathIds({}) },
        response: { 200: VerificationView },
      },
    },
    async ({ params }) => {
      const { end, faults } = await verifyAudit(records, params.organisationId);
      return { entries: end.seq, end: `${end.seq}:${end.hash}`, faults: [...faults] };
    },
  );
  app.get(
    auditPaths.decision(':organisationId', ':id'),
    {
      config,
      schema: {
        ...{ tags, summary: 'One decision from its data to its outcome, asked again', params: pathIds({ id: AnyId }) },
        response: { 200: AuditedDecisionView },
      },
    },
    async ({ params: { organisationId, id } }) => {
      const entries = (await decisionThread(records, organisationId, id)).map(entryViewOf);
      const replay = await replayAudited(records, models, organisationId, id).then(replayViewOf, (error: unknown) => {
        if (asAppError(error).code === 'NOT_FOUND') return null;
        throw error;
      });
      return { entries, replay };
    },
  );
};
