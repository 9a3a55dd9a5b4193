/** The modules for the messages of a Singer tap, loaded at once. */
export {fileFormat} from '../../config/output/formats.ts';
export {stringify} from '../../core/json/json.ts';
export {columnsOfStream} from '../../import/singer/columns.ts';
export {tapProgressIn as standingIn} from '../../run/singer/mark.ts';
export {writeSinger} from '../../run/singer/write-singer.ts';
