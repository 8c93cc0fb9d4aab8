// @ts-check
/**
 * A page that waits for somebody looks again by itself: it goes on as soon as it would be another.
 *
 * What the page waits for stands at its link: `data-look`. The answer has the same link while there
 * is nothing new. Whoever is in a form is not disturbed, and nobody is asked while the page is hidden.
 */

const EVERY = 4_000;

/** @param {boolean} off */
function showOffline(off) {
  const note = document.querySelector(".offline");
  if (note instanceof HTMLElement) note.hidden = !off;
}

function isBusy() {
  const here = document.activeElement;
  return document.hidden || !!here?.matches("input, textarea, select, form button");
}

/** @param {HTMLAnchorElement} way @returns {Promise<boolean>} */
async function hasChanged(way) {
  const answer = await fetch(way.href);
  if (answer.status === 429 || answer.status >= 500) return false;
  showOffline(false);
  return !(await answer.text()).includes(`data-look="${way.dataset["look"] ?? ""}"`);
}

/** @param {HTMLAnchorElement} way */
async function look(way) {
  try {
    if (!isBusy() && (await hasChanged(way))) {
      location.replace(way.href);
      return;
    }
  } catch {
    showOffline(true);
  }
  setTimeout(() => void look(way), EVERY);
}

const way = document.querySelector("a[data-look]");
// Only a page with scripts may say that it looks by itself.
for (const one of document.querySelectorAll("[data-itself]")) one.toggleAttribute("hidden", false);
if (document.querySelector("#wait-now")) sessionStorage.removeItem("ask"); // it was sent: ask.js
if (way instanceof HTMLAnchorElement) setTimeout(() => void look(way), EVERY);

export {};
