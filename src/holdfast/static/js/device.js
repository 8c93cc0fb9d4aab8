// @ts-check
/** Two devices wait for each other: the page goes on by itself as soon as there is something new. */

const EVERY = 2_000;
const BUSY = 429;

/**
 * Whether the page that is there now says something else than the one that is open. With six words
 * on it, it stays until the other device asks; while it waits, until it waits no longer.
 *
 * @param {Response} answer
 * @param {string} until
 */
async function goesOn(answer, until) {
  if (answer.status >= 500 || answer.status === BUSY) return false;
  const page = await answer.text();
  return until === "asks" ? page.includes("data-asks") : !page.includes('data-look="waits"');
}

/** @param {HTMLAnchorElement} way */
async function look(way) {
  try {
    const answer = await fetch(way.href);
    // Where a look was led on, its end is said there, and only to whoever was led.
    if (await goesOn(answer, way.dataset["look"] ?? "")) location.replace(answer.redirected ? answer.url : way.href);
  } catch {
    // No connection: the button leads there as well.
  }
  setTimeout(() => void look(way), EVERY);
}

for (const line of document.querySelectorAll("[data-by-itself]")) line.removeAttribute("hidden");
const way = document.querySelector("a[data-look]");
if (way instanceof HTMLAnchorElement) setTimeout(() => void look(way), EVERY);

export {};
