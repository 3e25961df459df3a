import board from '../messages/board/sv.json';
import gateway from '../messages/gateway/sv.json';
import machine from '../messages/machine/sv.json';
import setUp from '../messages/set-up/sv.json';

/** The words of all rooms of the desk, as one file. */
export const catalogue = { ...board, ...gateway, ...machine, ...setUp };
