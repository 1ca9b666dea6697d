/** Height of the fixed header above the pages, notice included. Pages subtract it from the viewport. */
export const HEADER_HEIGHT_PIXELS = 104;

/** Below this width the navigation collapses. */
export const NARROW_QUERY = '(max-width: 768.95px)';

/** What the browser's title ends with. */
export const TITLE_SUFFIX = 'Causeway demo';
