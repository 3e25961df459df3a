import board from '../messages/board/fi.json';
import gateway from '../messages/gateway/fi.json';
import machine from '../messages/machine/fi.json';
import setUp from '../messages/set-up/fi.json';

/** The words of all rooms of the desk, as one file. */
export const catalogue = { ...board, ...gateway, ...machine, ...setUp };
