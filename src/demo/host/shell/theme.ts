const YEAR_SECONDS = 31_536_000;

/** Remembers the theme for the next pages and loads the page again with it. */
export function rememberTheme(theme: 'dark' | 'light'): void {
  document.cookie = `causeway_demo_theme=${theme}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Strict`;
  const address = new URL(location.href);
  address.searchParams.delete('theme');
  location.replace(address);
}
