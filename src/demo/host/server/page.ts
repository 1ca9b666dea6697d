import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Theme, toBootData, toDemoBoot } from './boot-data.ts';
import { fetchClock } from './demo-endpoints.ts';
import type { HostState } from './host-state.ts';
import type { Exchange } from './http.ts';
import { readCookie } from './identity.ts';

const THEME_COOKIE = 'causeway_demo_theme';

/** Sends the page. `?theme=` chooses dark or light and is remembered. */
export async function sendPage(state: HostState, exchange: Exchange): Promise<void> {
  const asked = exchange.query.get('theme');
  const remembered = readCookie(exchange.request.headers.cookie, THEME_COOKIE);
  const theme: Theme = (asked ?? remembered) === 'light' ? 'light' : 'dark';
  const nonce = randomBytes(16).toString('base64');
  const demo = toDemoBoot(exchange.person, await fetchClock(state.config));
  const html = toHtml({
    theme,
    nonce,
    appId: state.app.json.id,
    bootData: toBootData(state, exchange.person, theme),
    demo,
    clockScript: readFileSync(path.join(state.config.pageFolder, 'clock.js'), 'utf8'),
  });
  exchange.response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}'`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "worker-src 'self' blob:",
      "frame-ancestors 'none'",
      "base-uri 'self'",
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    ...(asked ? { 'Set-Cookie': `${THEME_COOKIE}=${theme}; Path=/; SameSite=Strict` } : {}),
  });
  exchange.response.end(html);
}

/** What the page's frame is made of. */
export interface PageParts {
  readonly theme: Theme;
  readonly nonce: string;
  readonly appId: string;
  readonly bootData: object;
  readonly demo: object;
  readonly clockScript: string;
}

/** The HTML around the page's script. Core's CSS reset is not in @grafana/ui, so the needed part of it is here. */
export function toHtml({ theme, nonce, appId, bootData, demo, clockScript }: PageParts): string {
  return `<!doctype html>
<html lang="en" class="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Causeway demo</title>
<base href="/">
<link rel="icon" href="public/plugins/${appId}/img/logo.svg">
<link rel="stylesheet" href="host/host.css">
<style>
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
[hidden] { display: none !important; }
</style>
</head>
<body class="theme-${theme}">
<div id="reactRoot"></div>
<noscript>The demo of Causeway needs JavaScript.</noscript>
<script nonce="${nonce}">
window.causewayDemo = ${toScriptJson(demo)};
window.grafanaBootData = ${toScriptJson(bootData)};
window.__grafana_public_path__ = '/public/';
</script>
<script nonce="${nonce}">${clockScript}</script>
<script nonce="${nonce}" type="module" src="host/host.js"></script>
</body>
</html>
`;
}

/** JSON that cannot end the script element it stands in. */
export function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
