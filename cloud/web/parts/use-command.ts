import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { type ProblemError, postJson } from './api-client.ts';

export interface CommandTarget {
  readonly path: string;
  readonly version?: number;
}

/**
 * A POST that can be repeated: the same body keeps its idempotency key until the service has answered it, so a second
 * try after a lost answer never does the thing twice. Every answer, yes or no, reloads what the page shows.
 */
export const useCommand = <View, Body extends object>(onDone?: (view: View) => void) => {
  const queries = useQueryClient();
  const pending = useRef<{ text: string; idempotencyKey: string } | null>(null);
  return useMutation<View, ProblemError, { target: CommandTarget; body: Body }>({
    mutationFn: ({ target, body }) => {
      const text = JSON.stringify([target.path, body]);
      if (pending.current?.text !== text) pending.current = { text, idempotencyKey: crypto.randomUUID() };
      const { idempotencyKey } = pending.current;
      return postJson<View>(target.path, { ...body, idempotencyKey }, target.version);
    },
    onSuccess: (view) => {
      pending.current = null;
      onDone?.(view);
    },
    onError: (error) => {
      if (!error.ambiguous) pending.current = null;
    },
    onSettled: () => queries.invalidateQueries(),
  });
};
