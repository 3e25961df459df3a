import { AppError } from '@kuluma/shared/errors.ts';
import type { AuditEntry } from '@kuluma/shared/model/audit.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import type { Command } from 'commander';
import { ModelFiles } from '../adapters/model-files/model-files.ts';
import { placeOf } from '../backup.ts';
import type { CloudConfig } from '../config.ts';
import type { ChainEnd } from '../core/audit/audited-change.ts';
import type { ReplayedForecast } from '../core/audit/replay-forecast.ts';
import { decisionThread, replayAudited, verifyAudit } from '../pipelines/audit.ts';
import { organisationIn } from '../pipelines/organisation-in.ts';
import type { PurposedRecords } from '../pipelines/records-for.ts';
import { withRecords } from './with-records.ts';

interface AuditOptions {
  readonly organisation?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const withAudit = (
  options: AuditOptions,
  work: (records: PurposedRecords, organisationId: Id<'organisation'>, config: CloudConfig) => Promise<void>,
): Promise<void> =>
  withRecords(options.config, 'auditing', async (records, config) =>
    work(records, await organisationIn(records, options.organisation), config),
  );

const print = (isJson: boolean | undefined, value: unknown, text: string): void => {
  process.stdout.write(`${isJson ? JSON.stringify(value) : text}\n`);
};

const endOf = (text: string): ChainEnd => {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash)
    throw new AppError('INPUT_INVALID', `--known is no end of an audit: ${text}`, { hint: 'such as 120:9f86d081...' });
  return { seq: Number(seq), hash };
};

const verify = (options: AuditOptions & { readonly known?: string }): Promise<void> =>
  withAudit(options, async (records, organisationId) => {
    const known = options.known ? [endOf(options.known)] : [];
    const { end, faults } = await verifyAudit(records, organisationId, known);
    const lines = faults.map((fault) =>
      'seq' in fault ? `entry ${fault.seq}: ${fault.code}` : `${fault.kind} ${fault.id}: ${fault.code}`,
    );
    const sum = `${end.seq} entries, ${faults.length === 0 ? 'none' : faults.length} at fault; the end is ${end.seq}:${end.hash}`;
    print(options.json, { entries: end.seq, end: `${end.seq}:${end.hash}`, faults }, [...lines, sum].join('\n'));
    if (faults.length > 0) process.exitCode = 1;
  });

const whoOf = (actor: Actor): string => {
  if (actor.kind === 'policy') return actor.name;
  return actor.kind === 'person' ? actor.personId : actor.contactId;
};

const linesOf = ({ seq, createdAtMs, createdBy, writes, decisions }: AuditEntry): string[] => [
  `${String(seq).padStart(6)}  ${isoOf(createdAtMs)}  ${whoOf(createdBy)}`,
  ...writes.map(({ kind, id, version, state }) => `        ${kind} ${id} v${version}${state ? ` ${state}` : ''}`),
  ...decisions.flatMap(({ forecasts }) =>
    forecasts.map(
      ({ forecastId, dataUntilMs, modelHash }) =>
        `        from ${forecastId}, data until ${isoOf(dataUntilMs)}, model ${modelHash.slice(0, 12)}`,
    ),
  ),
];

const show = (options: AuditOptions & { readonly about?: string; readonly limit: string }): Promise<void> =>
  withAudit(options, async (records, organisationId) => {
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1) throw new AppError('INPUT_INVALID', '--limit is a whole number from 1');
    const entries = options.about
      ? await decisionThread(records, organisationId, options.about)
      : (await records.auditEntries(organisationId, { newestFirst: true, limit })).reverse();
    print(options.json, entries, entries.flatMap(linesOf).join('\n'));
  });

const forecastTexts = {
  same: 'the same numbers again',
  differs: 'other numbers today',
  noNumbers: 'it gave no numbers then',
  noInputs: 'from before its inputs were kept',
  noModel: 'its model is not in the store',
} as const satisfies Record<ReplayedForecast['code'], string>;

const replay = (id: string, options: AuditOptions): Promise<void> =>
  withAudit(options, async (records, organisationId, config) => {
    const models = new ModelFiles(placeOf(config, 'models'));
    const { decision, isSame, differs, saysNow, forecasts } = await replayAudited(records, models, organisationId, id);
    const { recommendationId, decidedAtMs, inputs, said } = decision;
    const at = `${recommendationId} of ${isoOf(decidedAtMs)}, code ${inputs.codeVersion}`;
    const text = isSame ? `${at}: the same again` : `${at}: differs in ${differs.join(', ')}`;
    const lines = forecasts.map(({ forecastId, code }) => `${forecastId}: ${forecastTexts[code]}`);
    const whole = { recommendationId, codeVersion: inputs.codeVersion, isSame, differs, said, saysNow, forecasts };
    print(options.json, whole, [text, ...lines].join('\n'));
    if (!isSame || forecasts.some(({ code }) => code === 'differs')) process.exitCode = 1;
  });

/** `kuluma audit`. */
export const auditCommand = (): Command => {
  const command = createCommand(
    'audit',
    'Who changed what, from data to outcome; with embedded records the service must not run',
  );
  const verb = (name: string, description: string, example: string): Command =>
    command
      .command(name)
      .description(description)
      .option('--organisation <id>', 'which, where there are several')
      .option('--config <file>', 'configuration of the service')
      .option('--json', 'one JSON document')
      .addHelpText('after', exampleOf(`kuluma audit ${example}`));
  verb('verify', 'find any entry that was changed, removed or put in, and records that are not what it says', 'verify')
    .option('--known <seq:hash>', 'an end of the audit that was printed before: it must still be in it')
    .action(verify);
  verb('show', 'list the newest entries, or all of one decision', 'show --about vis_00000000000000000000000001')
    .option('--about <id>', 'a recommendation, or what came of it: approval, offer, message, visit, outcome')
    .option('--limit <n>', 'how many of the newest, at most 1000', '50')
    .action(show);
  verb(
    'replay',
    'ask the rule, and the models, again what they were asked for a decision',
    'replay rec_00000000000000000000000001',
  )
    .argument('<id>', 'a recommendation, or what came of it')
    .action(replay);
  return command;
};
