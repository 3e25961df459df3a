import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { ConfigCheckView } from '@kuluma/shared/model/views/gateway.ts';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { lineDifference, readableParts } from './line-difference.ts';

const FaultLine = ({ fault: { path, message } }: { fault: ConfigCheckView['faults'][number] }) => {
  const words = useWords();
  const line = /:(\d+):\d+$/.exec(path)?.[1];
  if (line)
    return (
      <li>
        {words.t('gateway.config.faultLine', { line })} <span lang="en">{message}</span>
      </li>
    );
  if (path === '/') return <li>{words.t('gateway.config.faultEmpty')}</li>;
  return <li>{words.t('gateway.config.faultSection', { section: path.slice(1) })}</li>;
};

/** What the service found in a text before it is sent. */
export const CheckResult = ({ check: { faults, strangers, leftOut } }: { check: ConfigCheckView }) => {
  const words = useWords();
  if (faults.length > 0)
    return (
      <div className="gateway-check wrong" role="alert">
        <IconAlertTriangle size={20} aria-hidden="true" />
        <div>
          <p>{words.t('gateway.config.faults')}</p>
          <ul>
            {faults.map((fault) => (
              <FaultLine key={`${fault.path} ${fault.message}`} fault={fault} />
            ))}
          </ul>
        </div>
      </div>
    );
  const warnings = [
    ...(strangers.length > 0 ? [words.t('gateway.config.strangers', { ids: strangers.join(', ') })] : []),
    ...(leftOut.length > 0
      ? [
          words.t('gateway.config.leftOut', {
            points: leftOut.map(({ machineTag, name }) => `${machineTag} ${pointName(words, name)}`).join(', '),
          }),
        ]
      : []),
  ];
  return (
    <div role="status">
      <p className="gateway-check">
        <IconCircleCheck size={20} aria-hidden="true" />
        <span>{words.t('gateway.config.checked')}</span>
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="gateway-check warning">
          <IconAlertTriangle size={20} aria-hidden="true" />
          <span>{warning}</span>
        </p>
      ))}
    </div>
  );
};

const signs = { added: '+', removed: '−', same: '' } as const;

/** What a text changes of the one that runs, line by line. */
export const ConfigDifference = ({ before, after }: { before: string; after: string }) => {
  const words = useWords();
  const parts = readableParts(lineDifference(before, after));
  if (parts.length === 0) return <p>{words.t('gateway.config.noDifference')}</p>;
  return (
    <section aria-labelledby="config-difference">
      <h3 id="config-difference">{words.t('gateway.config.difference')}</h3>
      <ol className="gateway-difference">
        {parts.map((part, at) =>
          part.kind === 'skipped' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in the text is what a part is known by
            <li key={at} className="small soft">
              {words.t('gateway.config.skipped', { count: part.count })}
            </li>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in the text is what a part is known by
            <li key={at}>
              {part.lines.map(({ kind, text }, line) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike
                <code key={line} className={kind}>
                  <span aria-hidden="true">{signs[kind]}</span>
                  <span className="visually-hidden">{words.t(`gateway.config.${kind}`)} </span>
                  {text}
                </code>
              ))}
            </li>
          ),
        )}
      </ol>
    </section>
  );
};
