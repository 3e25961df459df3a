import './help-dialog.css';
import { Modal, Switch } from '@mantine/core';
import { Fragment } from 'react';
import { type KeyBinding, setKeysOn, useKeysOn } from '../../parts/keys.ts';
import { useWords } from '../../parts/language.tsx';

/** What each key does, here and everywhere, and the switch that silences them. */
export const HelpDialog = ({
  here,
  everywhere,
  onClose,
}: {
  here: readonly KeyBinding[];
  everywhere: readonly KeyBinding[];
  onClose: () => void;
}) => {
  const words = useWords();
  const on = useKeysOn();
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.t('keys.help')}
      size="lg"
      className="help"
      closeButtonProps={{ 'aria-label': words.t('keys.close') }}
    >
      {here.length > 0 && <KeyList title={words.t('keys.here')} bindings={here} />}
      <KeyList title={words.t('keys.everywhere')} bindings={everywhere} />
      <Switch
        checked={on}
        onChange={(event) => setKeysOn(event.currentTarget.checked)}
        label={words.t('keys.on')}
        description={words.t('keys.onWhy')}
      />
    </Modal>
  );
};

const KeyList = ({ title, bindings }: { title: string; bindings: readonly KeyBinding[] }) => {
  const words = useWords();
  return (
    <section>
      <h3>{title}</h3>
      <dl className="help-keys">
        {bindings.map(({ key, does }) => (
          <Fragment key={key}>
            <dt>
              {key.split(' ').map((part, index) => (
                <Fragment key={part}>
                  {index > 0 && <span className="small soft"> {words.t('keys.then')} </span>}
                  <kbd>{part}</kbd>
                </Fragment>
              ))}
            </dt>
            <dd>{words.t(does)}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
};
