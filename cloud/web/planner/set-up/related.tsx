import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import { Link } from '@tanstack/react-router';
import { useLanguage, useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';

/** What an owner reads before they sign: a page of its own, which prints. */
const DataSheet = ({ of }: { of: string }) => {
  const { words } = useLanguage();
  return (
    <a href={`/data-sheets/${of}?lang=${words.language}`} target="_blank" rel="noreferrer">
      {words.t('setUp.dataSheet')}
    </a>
  );
};

/** What belongs to a thing and is set up beside it. */
export const Related = ({ kind, id }: { kind: SetUpKind; id: string }) => {
  const words = useWords();
  if (kind === 'machines')
    return (
      <>
        <Points query={{ machineId: id }} newOf={id} />
        <Link to="/set-up/inventory/$machineId" params={{ machineId: id }}>
          {words.t('inventory.title')}
        </Link>
        <Link to="/machines/$machineId" params={{ machineId: id }}>
          {words.t('setUp.toForecasts')}
        </Link>
        <DataSheet of={id} />
      </>
    );
  if (kind === 'gateways')
    return (
      <>
        <Diagnostics gatewayId={id} />
        <Points query={{ gatewayId: id }} />
      </>
    );
  if (kind === 'machine-models') return <DataSheet of={id} />;
  if (kind === 'owners') return <NewOne kind="contacts" of={id} />;
  if (kind === 'sites')
    return (
      <>
        <NewOne kind="machines" of={id} />
        <NewOne kind="gateways" of={id} />
      </>
    );
  if (kind === 'parts') return <NewOne kind="stock" of={id} />;
  return null;
};

const NewOne = ({ kind, of }: { kind: SetUpKind; of: string }) => {
  const words = useWords();
  return (
    <Link to="/set-up/$kind/new/$of" params={{ kind, of }}>
      {words.t(`setUp.new.${kind}`)}
    </Link>
  );
};

/** The measurement points of a machine, or those that a gateway feeds. */
const Points = ({ query, newOf }: { query: Record<string, string>; newOf?: string }) => {
  const words = useWords();
  const { organisationId } = useReader();
  const points = useView<SetUpRow[]>(setUpPaths.list(organisationId, 'points'), { query });
  const rows = (points.data ?? []).filter(({ endedAt }) => endedAt === null);
  return (
    <section aria-labelledby="entry-points">
      <h2 id="entry-points">{words.t('setUp.kind.points')}</h2>
      {points.data && rows.length === 0 && <p className="soft">{words.t('setUp.empty.points')}</p>}
      <ul className="set-up-points">
        {rows.map(({ id, name, cells }) => {
          const { unit, gateway, machine } = cells;
          const beside = newOf === undefined ? machine : gateway;
          const word = unit && 'text' in unit ? (unit.text ?? '') : '';
          return (
            <li key={id}>
              <Link to="/set-up/$kind/$id" params={{ kind: 'points', id }}>
                {words.coded('point', name, name)}
              </Link>
              <span className="small soft">
                {[words.coded('unit', word, word), beside && 'text' in beside ? beside.text : null]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          );
        })}
      </ul>
      {newOf !== undefined && <NewOne kind="points" of={newOf} />}
    </section>
  );
};

/** How the gateway is doing now, in a sentence; the rest has a page of its own. */
const Diagnostics = ({ gatewayId }: { gatewayId: string }) => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const status = useView<StatusView>(apiPaths.status(organisationId), { everyMs: calmMs });
  const gateway = status.data?.gateways.find((one) => one.gatewayId === gatewayId);
  return (
    <section aria-labelledby="entry-diagnostics">
      <h2 id="entry-diagnostics">{words.t('setUp.connection')}</h2>
      {gateway && (
        <p>
          {gateway.lastSeenAt === null
            ? words.t('setUp.neverHeard')
            : words.t(gateway.online ? 'setUp.online' : 'setUp.offline', {
                at: momentText(words, gateway.lastSeenAt, timeZone),
              })}
        </p>
      )}
      <Link to="/gateways/$gatewayId" params={{ gatewayId }}>
        {words.t('setUp.gatewayPage')}
      </Link>
    </section>
  );
};
