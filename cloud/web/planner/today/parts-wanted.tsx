import './parts-wanted.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { PartRequestView } from '@kuluma/shared/model/views/visit.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { DecisionDialog } from '../decision-dialog.tsx';

/** Parts that technicians wait for. */
export const usePartsWanted = (): PartRequestView[] => {
  const { organisationId } = useReader();
  return useView<PartRequestView[]>(apiPaths.partRequests(organisationId), { everyMs: calmMs, live: true }).data ?? [];
};

/** What is to be handed over or refused, the most urgent first; nothing while nobody waits. */
export const PartsWanted = () => {
  const words = useWords();
  const wanted = usePartsWanted();
  if (wanted.length === 0) return null;
  const ready = wanted.filter(({ depots }) => depots.some(({ quantity }) => quantity > 0)).length;
  return (
    <section className="today-list from-the-field" aria-labelledby="parts-wanted">
      <h2 id="parts-wanted">
        <span className="today-count">{words.number(wanted.length)}</span> {words.t('partWanted.title')}
      </h2>
      <p className="small soft">{words.t('partWanted.ready', { ready, count: wanted.length })}</p>
      <ul>
        {wanted.map((request) => (
          // After a hand-over it asks for what is left.
          <WantedLine key={`${request.partRequestId} ${request.version}`} request={request} />
        ))}
      </ul>
    </section>
  );
};

const WantedLine = ({ request }: { request: PartRequestView }) => {
  const words = useWords();
  const me = useReader();
  const { partRequestId, version, machine, number, quantity, handedOver, reserved, depots } = request;
  const missing = quantity - handedOver;
  const [depotId, setDepot] = useState(depots[0]?.depotId ?? '');
  const has = depots.find((depot) => depot.depotId === depotId)?.quantity ?? 0;
  const [pieces, setPieces] = useState(Math.max(1, Math.min(missing, has)));
  const [isRefusing, setRefusing] = useState(false);
  const command = useCommand<PartRequestView, object>();
  const send = (path: string, body: object) => command.mutate({ target: { path, version }, body });
  return (
    <li>
      <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
        <span className="today-sentence">
          {words.t('partWanted.line', {
            ...{ name: request.technicianName, count: missing, number },
            ...{ part: words.own(request.name), machine: machine.tag },
          })}
        </span>
        {request.text && <span>{request.text}</span>}
        <span className="small soft">
          {words.t('partWanted.state', {
            day: words.day(Date.parse(`${request.neededByOn}T12:00:00Z`), 'UTC'),
            reserved,
            handedOver,
          })}
        </span>
      </Link>
      <div className="wanted-acts">
        <label>
          <span>{words.t('partWanted.depot')}</span>
          <select className="field" value={depotId} onChange={({ target }) => setDepot(target.value)}>
            {depots.map((depot) => (
              <option key={depot.depotId} value={depot.depotId}>
                {words.t('partWanted.depotHas', { name: depot.name, count: depot.quantity })}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{words.t('partWanted.pieces')}</span>
          <input
            className="field"
            type="number"
            min={1}
            max={missing}
            value={pieces}
            onChange={({ target }) => setPieces(Math.min(missing, Math.max(1, Math.round(target.valueAsNumber) || 1)))}
          />
        </label>
        <button
          type="button"
          className="button"
          disabled={command.isPending || has === 0}
          aria-label={words.t('partWanted.handOverOf', { number, name: request.technicianName })}
          onClick={() => send(apiPaths.partHandOver(me.organisationId, partRequestId), { quantity: pieces, depotId })}
        >
          {words.t('partWanted.handOver')}
        </button>
        <button
          type="button"
          className="button plain"
          disabled={command.isPending}
          aria-label={words.t('partWanted.refuseOf', { number, name: request.technicianName })}
          onClick={() => setRefusing(true)}
        >
          {words.t('partWanted.refuse')}
        </button>
      </div>
      {command.error && <ProblemNotice error={command.error} command />}
      {isRefusing && (
        <RefuseDialog
          onRefuse={(reason) => {
            setRefusing(false);
            send(apiPaths.partRefusal(me.organisationId, partRequestId), { reason });
          }}
          onClose={() => setRefusing(false)}
        />
      )}
    </li>
  );
};

const RefuseDialog = ({ onRefuse, onClose }: { onRefuse: (reason: string) => void; onClose: () => void }) => {
  const words = useWords();
  const [reason, setReason] = useState('');
  return (
    <DecisionDialog
      title={words.t('partWanted.refuseTitle')}
      why={words.t('partWanted.refuseWhy')}
      confirm={words.t('partWanted.refuse')}
      canConfirm={reason.trim().length >= 3}
      onConfirm={() => onRefuse(reason.trim())}
      onClose={onClose}
    >
      <label>
        {words.t('partWanted.reason')}
        <textarea
          className="field"
          rows={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    </DecisionDialog>
  );
};
