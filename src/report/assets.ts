/**
 * The script and the style of the page. The build puts them here (.ci/build.mjs): they are made for a
 * browser, from `browser/`.
 */
export const script = '';
export const style = '';
