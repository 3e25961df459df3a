import { randomUUID } from 'node:crypto';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { decisionThread, replayAudited, verifyAudit } from '@kuluma/cloud/pipelines/audit.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { AuditEntryView } from '@kuluma/shared/model/views/audit.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

interface OwnerOffer {
  readonly offerId: string;
  readonly version: number;
  readonly slots: readonly { readonly slotId: string }[];
}

/** The audit of a company from its first recommendation to an accepted offer, over both stores. */

let server: PostgresServer | undefined;
afterAll(() => server?.stop());

const postgres = needs('postgresql', 'PostgreSQL');
const stores = [
  { name: 'PGlite', skip: false, open: async (): Promise<Database> => pgliteDatabase() },
  {
    ...{ name: postgres.title, skip: postgres.skip },
    async open(): Promise<Database> {
      server ??= await startPostgres();
      server.createDatabase('audit');
      return serverDatabase({ url: server.url('audit') }, createLogger('test', 'silent'));
    },
  },
];

for (const { name, skip, open } of stores) {
  describe.skipIf(skip)(`the audit over ${name}`, () => {
    let database: Database;
    let world: World;
    let ours: Tenant;
    const verified = () => verifyAudit(world.records, ours.organisationId);

    beforeAll(async () => {
      database = await open();
      world = await createWorld(database);
      ours = await world.tenant({ machines: 2, technicians: 1 });
      await world.tenant({ machines: 1, technicians: 1 });
      await approveOffer(ours);
      const { organisationId, owners } = ours;
      const listed = await owners[0]?.get(apiPaths.offers(organisationId));
      const [offer] = (listed?.body ?? []) as OwnerOffer[];
      const answer = { idempotencyKey: randomUUID(), answer: 'accept', slotId: offer?.slots[0]?.slotId };
      const reply = await owners[0]?.post(apiPaths.offerAnswer(organisationId, offer?.offerId ?? ''), answer, {
        'if-match': `"${offer?.version}"`,
      });
      expect(reply?.status).toBe(200);
    });
    afterAll(() => world.stop());

    it('is whole, and holds each change with whoever asked for it', async () => {
      expect((await verified()).faults).toEqual([]);
      const entries = await world.records.auditEntries(ours.organisationId);
      const by = (kind: string) => entries.find(({ writes }) => writes.some((write) => write.kind === kind))?.createdBy;
      expect(by('approval')).toMatchObject({ kind: 'person' });
      expect(by('acceptance')).toEqual({ kind: 'contact', contactId: ours.contactIds[0] });
    });

    it('leads from a visit back to the data and on to the owner, through one organisation only', async () => {
      const { organisationId, recommendationIds } = ours;
      const [visit] = await world.records.list('visit', organisationId);
      const thread = await decisionThread(world.records, organisationId, visit?.id ?? '');
      const kinds = new Set(thread.flatMap(({ writes }) => writes.map(({ kind }) => kind)));
      expect([...kinds]).toEqual(expect.arrayContaining(['recommendation', 'approval', 'offer', 'message', 'visit']));
      expect(thread[0]?.decisions[0]).toMatchObject({ recommendationId: recommendationIds[0] });
      expect(thread[0]?.decisions[0]?.forecasts).toHaveLength(1);
      await expect(decisionThread(world.records, organisationId, 'vis_00000000000000000000000000')).rejects.toThrow(
        'tells of no decision',
      );
    });

    it('replays what was decided, and says where the rule says otherwise today', async () => {
      const { organisationId, recommendationIds } = ours;
      const { isSame, differs, decision } = await replayAudited(
        world.records,
        world.deps.models,
        organisationId,
        recommendationIds[0] ?? '',
      );
      expect(differs).toEqual([]);
      expect(isSame).toBe(true);
      expect(decision.said['window']).toBeDefined();
    });

    it('is read by auditors, who see no name in it', async () => {
      const { organisationId, recommendationIds } = ours;
      const person = { name: 'Aune Auditor', email: 'aune@example.com', phone: '', language: 'fi' as const };
      const personId = await world.add(organisationId, 'person', { ...person, roles: ['auditor'] });
      const who = { organisationId, personId, contactId: null, roles: ['auditor' as const] };
      const auditor = await world.signIn(await createSignInLink(world.deps, who, hourMs));
      const entries = (await auditor.get(`${auditPaths.entries(organisationId)}?limit=500`)).body as AuditEntryView[];
      expect((await auditor.get(auditPaths.verification(organisationId))).body).toMatchObject({
        ...{ entries: entries[0]?.seq, end: `${entries[0]?.seq}:${entries[0]?.hash}`, faults: [] },
      });
      const only = async (query: string) =>
        (await auditor.get(`${auditPaths.entries(organisationId)}?${query}`)).body as AuditEntryView[];
      const approvals = await only('kind=approval');
      expect(approvals).toHaveLength(1);
      const [approval] = approvals;
      const by = approval?.by.kind === 'person' ? approval.by.personId : '';
      expect((await only(`by=${by}`)).map(({ seq }) => seq)).toContain(approval?.seq);
      expect((await only(`by=${personId}`)).filter(({ by: who }) => who.kind !== 'person')).toEqual([]);
      expect(await only(`toAt=${entries.at(-1)?.at}`)).toEqual([]);
      expect(await only(`fromAt=${entries.at(-1)?.at}&limit=500`)).toHaveLength(entries.length);
      const decision = await auditor.get(auditPaths.decision(organisationId, recommendationIds[0] ?? ''));
      expect(decision.body).toMatchObject({ replay: { isSame: true, differs: [] } });
      const texts = JSON.stringify([entries, decision.body]);
      for (const { name, email } of [person, ...(await world.records.list('contact', organisationId))])
        for (const personal of [name, email]) expect(texts).not.toContain(personal);
    });

    it('keeps an entry or none with a change that fails', async () => {
      const { organisationId, recommendationIds } = ours;
      const before = await world.records.auditEnd(organisationId);
      const failing = world.records.transact(async (tx) => {
        const recommendation = await tx.get('recommendation', organisationId, recommendationIds[1] ?? '');
        if (recommendation) await tx.update('recommendation', { ...recommendation, state: 'withdrawn' });
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await world.records.auditEnd(organisationId)).toEqual(before);
    });

    it('stays one chain when many change something at once', async () => {
      const { organisationId, recommendationIds } = ours;
      const before = await world.records.auditEnd(organisationId);
      const touch = () =>
        world.records.transact(async (tx) => {
          const recommendation = await tx.get('recommendation', organisationId, recommendationIds[1] ?? '');
          if (recommendation) await tx.update('recommendation', recommendation);
        });
      await Promise.all(Array.from({ length: 6 }, touch));
      expect((await world.records.auditEnd(organisationId)).seq).toBe(before.seq + 6);
      expect((await verified()).faults).toEqual([]);
    });

    it('is closed to changes by the store, and shows those of whoever opens it by force', async () => {
      const one = 'where organisation_id = $1 and seq = $2';
      const { seq: length } = await world.records.auditEnd(ours.organisationId);
      await expect(database.query(`delete from record.audit_entry ${one}`, [ours.organisationId, 1])).rejects.toThrow();
      await database.query('alter table record.audit_entry disable trigger all');
      const random = seededRandom(7);
      for (let n = 0; n < 12; n++) {
        const at = [ours.organisationId, 1 + Math.floor(random() * length)];
        const { rows } = await database.query(`select body::text as text from record.audit_entry ${one}`, at);
        const text = String(rows[0]?.['text']);
        // A digit of a hash, an id or a time becomes another.
        const digits = [...text.matchAll(/(?<=[0-9a-f])[0-9](?=[0-9a-f])/g)].map(({ index }) => index);
        const place = digits[Math.floor(random() * digits.length)] ?? 0;
        const forged = text.slice(0, place) + ((Number(text[place]) + 1) % 10) + text.slice(place + 1);
        await database.query(`update record.audit_entry set body = $3::jsonb ${one}`, [...at, forged]).catch(() => 0);
        const { rows: now } = await database.query('select 1 from record.audit_entry where body = $1::jsonb', [text]);
        if (now.length === 0) expect((await verified()).faults, forged).not.toEqual([]);
        await database.query('update record.audit_entry set body = $1::jsonb where body = $2::jsonb', [text, forged]);
      }
      expect((await verified()).faults).toEqual([]);
      await database.query(`delete from record.audit_entry ${one}`, [ours.organisationId, length]);
      expect((await verified()).faults).toContainEqual({ seq: length, code: 'wrongEnd' });
    });

    it('shows a record that was changed behind its back', async () => {
      const id = ours.recommendationIds[1] ?? '';
      await database.query(
        `update record.recommendation set body = jsonb_set(body, '{durationMin}', '1') where id = $1`,
        [id],
      );
      expect((await verified()).faults).toContainEqual({ kind: 'recommendation', id, code: 'recordChanged' });
    });
  });
}
