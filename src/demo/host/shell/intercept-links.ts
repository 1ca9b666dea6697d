import { locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';

/** Turns plain clicks on links of this page into navigation without reload, as Grafana does. */
export function interceptLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a');
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  const href = link.getAttribute('href');
  const leavesPage = link.target !== '' || link.hasAttribute('download');
  if (!href || leavesPage || /^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(href)) {
    return;
  }
  event.preventDefault();
  locationService.push(locationUtil.stripBaseFromUrl(href.startsWith('/') ? href : `/${href}`));
}
