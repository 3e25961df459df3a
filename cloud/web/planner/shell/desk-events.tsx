import { apiPaths } from '@kuluma/shared/model/api.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { deskHeader } from '../../parts/api-client.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { listen, type StreamEvent } from './event-stream.ts';

interface DeskEvents {
  /** Whether the stream stands; true until the first attempt has failed. */
  readonly isLinked: boolean;
  /** Tells of every event, and of `linked` whenever the stream stands anew. @returns how to stop it */
  readonly subscribe: (heard: (event: StreamEvent) => void) => () => void;
}

const Context = createContext<DeskEvents | null>(null);

export const useDeskEvents = (): DeskEvents => {
  const events = useContext(Context);
  if (!events) throw new Error('useDeskEvents stands outside of DeskEventsProvider');
  return events;
};

/**
 * Hears what changes, over one stream for the whole page: views that are live are asked for again at once. A page that
 * nobody sees listens to nothing, since a browser keeps few connections for all of its tabs.
 */
export const DeskEventsProvider = ({ children }: { children: ReactNode }) => {
  const { organisationId } = useReader();
  const queries = useQueryClient();
  const [isLinked, setLinked] = useState(true);
  const listeners = useMemo(() => new Set<(event: StreamEvent) => void>(), []);
  useEffect(() => {
    let ended: AbortController | undefined;
    const tell = (event: StreamEvent) => {
      for (const listener of listeners) listener(event);
      if (event.event === 'changed' || event.event === 'linked')
        void queries.invalidateQueries({ predicate: ({ meta }) => meta?.['live'] === true });
    };
    const linked = (stands: boolean) => {
      setLinked(stands);
      // What happened while nobody listened is in the views, not in the stream.
      if (stands) tell({ event: 'linked', data: '' });
    };
    const follow = () => {
      ended?.abort();
      if (document.hidden) return;
      ended = new AbortController();
      void listen(apiPaths.deskEvents(organisationId), deskHeader(), { heard: tell, linked }, ended.signal);
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      ended?.abort();
    };
  }, [organisationId, queries, listeners]);
  const events = useMemo(
    () => ({
      isLinked,
      subscribe: (heard: (event: StreamEvent) => void) => {
        listeners.add(heard);
        return () => void listeners.delete(heard);
      },
    }),
    [isLinked, listeners],
  );
  return <Context value={events}>{children}</Context>;
};
