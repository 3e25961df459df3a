import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';

/** An IANA time zone; the browser knows their names. */
export const ZoneControl = ({
  label,
  value,
  onChange,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: ReactNode;
}) => (
  <NativeSelect
    label={label}
    error={error}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    data={[...new Set([value, ...Intl.supportedValuesOf('timeZone')])]}
  />
);
