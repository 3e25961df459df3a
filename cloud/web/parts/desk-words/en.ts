import board from '../messages/board/en.json';
import gateway from '../messages/gateway/en.json';
import machine from '../messages/machine/en.json';
import setUp from '../messages/set-up/en.json';

/** The words of all rooms of the desk, as one file. */
export const catalogue = { ...board, ...gateway, ...machine, ...setUp };
