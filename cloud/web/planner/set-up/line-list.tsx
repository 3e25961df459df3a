import './line-list.css';
import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';

export const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);
export const replaced = <T,>(list: readonly T[], at: number, next: T): T[] =>
  list.map((one, i) => (i === at ? next : one));

export interface ListProps<Line> {
  readonly legend: string;
  readonly fault?: FieldFault | undefined;
  readonly value: readonly Line[];
  readonly onChange: (value: Line[]) => void;
}

/** A list whose lines are added, filled in and taken away one by one; a new line begins as `empty`. */
export const LineList = <Line,>({
  legend,
  fault,
  value,
  onChange,
  empty,
  most = Number.POSITIVE_INFINITY,
  addLabel,
  removeLabel,
  isRemovalTold = false,
  children,
}: ListProps<Line> & {
  readonly empty: Line;
  /** No more lines than that. */
  readonly most?: number;
  readonly addLabel: string;
  readonly removeLabel: (line: Line, at: number) => string;
  /** Whether taking a line away is more than that: then it is said in words. */
  readonly isRemovalTold?: boolean;
  readonly children: (line: Line, change: (next: Line) => void, at: number) => ReactNode;
}) => (
  <fieldset className="set-up-fieldset">
    <legend>{legend}</legend>
    {value.map((line, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else that stays while it is typed
      <div className="set-up-line" key={at}>
        {children(line, (next) => onChange(replaced(value, at, next)), at)}
        {isRemovalTold ? (
          <Button variant="subtle" onClick={() => onChange(without(value, at))}>
            {removeLabel(line, at)}
          </Button>
        ) : (
          <ActionIcon
            className="set-up-remove"
            variant="subtle"
            size="lg"
            aria-label={removeLabel(line, at)}
            title={removeLabel(line, at)}
            onClick={() => onChange(without(value, at))}
          >
            <IconTrash size={18} aria-hidden="true" />
          </ActionIcon>
        )}
      </div>
    ))}
    <FaultLine fault={fault} />
    {value.length < most && (
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => onChange([...value, empty])}
        >
          {addLabel}
        </Button>
      </div>
    )}
  </fieldset>
);
