import './row-table.css';
import './set-up.css';
import { type MissingCode, missingCodes, type SetUpKind, setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { NotFoundPlace } from '../shell/not-found-place.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { BackLink } from './back-link.tsx';
import { matchesRow } from './cell-text.ts';
import { RowTable } from './row-table.tsx';

/** More rows at once than anyone reads would only make the page slow. */
const rowsAtOnce = 100;

export const kindOf = (text: string | undefined): SetUpKind | undefined => setUpKinds.find((kind) => kind === text);

/** All things of one kind: to find one, to see what is missing, to make another. */
export const KindPlace = () => {
  const { kind: named, code } = useParams({ strict: false });
  const kind = kindOf(named);
  // A point is listed at its machine and at its gateway.
  if (!kind || kind === 'points') return <NotFoundPlace />;
  return <KindList key={kind} kind={kind} lacking={missingCodes.find((one) => one === code)} />;
};

const KindList = ({ kind, lacking }: { kind: SetUpKind; lacking: MissingCode | undefined }) => {
  const words = useWords();
  const navigate = useNavigate();
  const { organisationId } = useReader();
  const rows = useView<SetUpRow[]>(setUpPaths.list(organisationId, kind));
  const [search, setSearch] = useState('');
  const [withEnded, setWithEnded] = useState(false);
  const [shown, setShown] = useState(rowsAtOnce);
  const wanted = useDeferredValue(search.trim());
  const all = rows.data ?? [];
  const found = all.filter(
    (row) =>
      (withEnded || row.endedAt === null) &&
      (!lacking || row.missing.includes(lacking)) &&
      (wanted === '' || matchesRow(words, kind, row, wanted)),
  );
  const codes = missingCodes.filter((code) => code === lacking || all.some(({ missing }) => missing.includes(code)));
  return (
    <div className="set-up">
      <BackLink to="/set-up" />
      <div className="place-head set-up-head">
        <h1>{words.t(`setUp.kind.${kind}`)}</h1>
        <Button component="a" variant="filled" href={`#/set-up/${kind}/new`}>
          {words.t(`setUp.new.${kind}`)}
        </Button>
      </div>
      <ViewProblem view={rows} />
      {rows.isPending && <div className="skeleton set-up-skeleton" role="status" aria-label={words.t('loading')} />}
      {rows.data && all.length === 0 && <p>{words.t(`setUp.empty.${kind}`)}</p>}
      {all.length > 0 && (
        <>
          <search className="set-up-filters">
            <TextInput
              type="search"
              label={words.t('setUp.search')}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            {codes.length > 0 && (
              <NativeSelect
                label={words.t('setUp.column.lacks')}
                value={lacking ?? ''}
                onChange={({ currentTarget: { value } }) =>
                  void (value === ''
                    ? navigate({ to: '/set-up/$kind', params: { kind } })
                    : navigate({ to: '/set-up/$kind/lacks/$code', params: { kind, code: value } }))
                }
                data={[
                  { value: '', label: words.t('setUp.lacks.any') },
                  ...codes.map((code) => ({ value: code, label: words.t(`setUp.lacks.${code}`) })),
                ]}
              />
            )}
            {all.some(({ endedAt }) => endedAt !== null) && (
              <Checkbox
                label={words.t('setUp.withEnded')}
                checked={withEnded}
                onChange={(event) => setWithEnded(event.currentTarget.checked)}
              />
            )}
          </search>
          <p className="soft" role="status">
            {words.t('setUp.found', { count: found.length, all: all.length })}
          </p>
          {found.length > 0 && (
            <RowTable kind={kind} rows={found.slice(0, shown)} label={words.t(`setUp.kind.${kind}`)} />
          )}
          {found.length > shown && (
            <div>
              <Button onClick={() => setShown(shown + rowsAtOnce)}>
                {words.t('setUp.more', { count: Math.min(rowsAtOnce, found.length - shown) })}
              </Button>
            </div>
          )}
        </>
      )}
      {kind === 'stock' && (
        <p className="soft">
          {words.t('setUp.stockNote')}{' '}
          <Link to="/set-up/$kind" params={{ kind: 'parts' }}>
            {words.t('setUp.kind.parts')}
          </Link>
        </p>
      )}
    </div>
  );
};
