/** `sluice/paginators`: how `resource()` asks for the next page. */
export {type AutoOptions, auto} from '../plugins/paginators/auto.ts';
export {type CursorOptions, cursor} from '../plugins/paginators/cursor.ts';
export {type HeaderCursorOptions, headerCursor} from '../plugins/paginators/header-cursor.ts';
export {type HeaderLinkOptions, headerLink} from '../plugins/paginators/header-link.ts';
export {type JsonLinkOptions, jsonLink} from '../plugins/paginators/json-link.ts';
export {type OffsetOptions, offset} from '../plugins/paginators/offset.ts';
export {type PageNumberOptions, pageNumber} from '../plugins/paginators/page-number.ts';
export {singlePage} from '../plugins/paginators/single-page.ts';
export type {Guess} from '../resource/paging/guess.ts';
export type {PageAnswer, Paginator, RequestDraft} from '../resource/paging/paginator.ts';
