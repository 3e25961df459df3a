import './search-box.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { SearchHitView } from '@kuluma/shared/model/views/search.ts';
import { IconQrcode, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { canScan, labelledMachine } from '../../parts/label-code.ts';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { useSettled } from '../../parts/use-settled.ts';

const ScanDialog = lazy(async () => ({ default: (await import('./scan-dialog.tsx')).ScanDialog }));

/**
 * Machines by what a caller on the phone says: owner, serial number, site or phone number; and by the code on their
 * label, from a camera, from a hand scanner or typed. An ARIA 1.2 combobox.
 */
export const SearchBox = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [isScanning, setScanning] = useState(false);
  const asked = useSettled(text.trim());
  /** Enter was pressed before what was typed is answered, as a hand scanner does. */
  const [isAwaited, setAwaited] = useState(false);
  const { data: hits, isPlaceholderData } = useView<SearchHitView[]>(apiPaths.search(me.organisationId), {
    query: { text: asked },
    enabled: asked !== '',
  });
  useKeys([{ key: '/', does: 'keys.search', act: () => input.current?.focus() }]);

  const shown = isOpen && asked !== '' && hits !== undefined;
  const isAnswered = asked === text.trim() && hits !== undefined && !isPlaceholderData;
  const openMachine = (machineId: string) => {
    setText('');
    setIsOpen(false);
    setAwaited(false);
    setScanning(false);
    input.current?.blur();
    void navigate({ to: '/machines/$machineId', params: { machineId } });
  };
  const open = (hit: SearchHitView | undefined) => hit && openMachine(hit.machine.machineId);
  useEffect(() => {
    if (!isAwaited || !isAnswered) return;
    setAwaited(false);
    open(hits[0]);
  });
  const pressed = (event: KeyboardEvent) => {
    const last = (hits?.length ?? 1) - 1;
    if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, last));
    else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter') {
      if (isAnswered) open(hits[chosen]);
      else setAwaited(text.trim() !== '');
    } else if (event.key === 'Escape') {
      setText('');
      setAwaited(false);
      input.current?.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <search className="search">
      <IconSearch size={16} aria-hidden="true" />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={words.t('search.label')}
        aria-expanded={shown}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={shown && hits[chosen] ? `${id}-${chosen}` : undefined}
        aria-keyshortcuts="/"
        placeholder={words.t('search.label')}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={text}
        onChange={(event) => {
          const labelled = labelledMachine(event.target.value);
          if (labelled) return openMachine(labelled);
          setText(event.target.value);
          setIsOpen(true);
          setChosen(0);
          setAwaited(false);
        }}
        onFocus={() => setIsOpen(true)}
        onBlur={() => {
          setIsOpen(false);
          setAwaited(false);
        }}
        onKeyDown={pressed}
      />
      {text === '' && (
        <span className="key" aria-hidden="true">
          /
        </span>
      )}
      {canScan() && (
        <button type="button" className="button plain icon search-scan" onClick={() => setScanning(true)}>
          <IconQrcode size={18} aria-hidden="true" />
          <span className="visually-hidden">{words.t('scan.open')}</span>
        </button>
      )}
      {isScanning && (
        <Suspense>
          <ScanDialog onMachine={openMachine} onClose={() => setScanning(false)} />
        </Suspense>
      )}
      <div className="search-hits" hidden={!shown}>
        <div id={`${id}-hits`} role="listbox" aria-label={words.t('search.label')}>
          {shown &&
            hits.map((hit, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the focus and the keys.
              <div
                key={hit.machine.machineId}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === chosen}
                tabIndex={-1}
                onMouseDown={(event) => event.preventDefault()}
                onMouseEnter={() => setChosen(index)}
                onClick={() => open(hit)}
              >
                <span>
                  <strong>{hit.machine.tag}</strong> {words.own(hit.machine.modelName)}
                </span>
                <span className="small soft">
                  {[hit.machine.owner?.name, hit.machine.site?.name, words.t(`search.by.${hit.by}`, { text: hit.text })]
                    .filter((part) => part !== undefined)
                    .join(' · ')}
                </span>
              </div>
            ))}
        </div>
        {shown && hits.length === 0 && <p className="soft">{words.t('search.none', { text: asked })}</p>}
      </div>
      <span className="visually-hidden" role="status">
        {shown && hits.length > 0 ? words.t('search.count', { count: hits.length }) : ''}
      </span>
    </search>
  );
};
