// @ts-check
/** By keyboard: the log is one stop for Tab, arrow keys go from message to message inside it. */

/**
 * Whether Tab stops at a message and at what is in it.
 *
 * @param {HTMLElement} article
 * @param {0 | -1} tabIndex
 */
export function reach(article, tabIndex) {
  article.tabIndex = tabIndex;
  for (const control of article.querySelectorAll("a, button, summary, input")) {
    if (control instanceof HTMLElement) control.tabIndex = tabIndex;
  }
}

/**
 * Let the arrow keys, Home and End go round in a list of messages.
 *
 * @param {HTMLElement} list
 */
export function rove(list) {
  list.addEventListener("keydown", (event) => {
    const here = event.target;
    if (!(here instanceof HTMLElement) || !here.matches("article")) return;
    const next = beside(here, event.key, [...list.querySelectorAll("article")]);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  list.addEventListener("focusin", (event) => {
    const here = event.target instanceof Element ? event.target.closest("article") : null;
    if (!here) return;
    for (const other of list.querySelectorAll("article[tabindex='0']")) {
      if (other instanceof HTMLElement && other !== here) reach(other, -1);
    }
    reach(here, 0);
  });
}

/** @param {HTMLElement} here @param {string} key @param {HTMLElement[]} all */
function beside(here, key, all) {
  const at = all.indexOf(here);
  const places = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 };
  return all[places[/** @type {keyof typeof places} */ (key)] ?? -1];
}
