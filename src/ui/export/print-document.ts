/** Time after which a printer dialogue that never reported its end is cleaned up. */
const CLEAN_UP_MS = 10 * 60_000;

/**
 * Prints a document of its own from an invisible frame, so that nothing of the page around it is on paper. Scripts are
 * not allowed in the frame.
 */
export function printDocument(html: string): void {
  const frame = document.createElement('iframe');
  frame.title = 'Document for the printer';
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.style.cssText = 'position:fixed;width:0;height:0;border:0;right:0;bottom:0;visibility:hidden';
  frame.srcdoc = html;
  const remove = () => frame.remove();
  frame.addEventListener('load', () => {
    const shown = frame.contentWindow;
    if (!shown) {
      remove();
      return;
    }
    shown.addEventListener('afterprint', remove);
    setTimeout(remove, CLEAN_UP_MS);
    shown.focus();
    shown.print();
  });
  document.body.append(frame);
}
