// @ts-check
/**
 * Which content notes stay covered, chosen on this device.
 *
 * Every content note covers its message. A member who ticks topics wants only those covered; the rest
 * then opens by itself. The ticks stay in `sessionStorage`: which topics somebody avoids says a lot
 * about them, so a shared phone forgets it with the tab.
 */

const KEY = "cover";

/** @returns {string[]} */
function chosen() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

/**
 * Open the covers inside that the member did not ask for.
 *
 * @param {ParentNode} within
 */
export function uncover(within) {
  const topics = chosen();
  if (topics.length === 0) return;
  for (const cover of within.querySelectorAll("details.cw")) {
    if (!(cover instanceof HTMLDetailsElement)) continue;
    const note = (cover.dataset["note"] ?? "").toLocaleLowerCase();
    cover.open = !topics.some((topic) => note.includes(topic.toLocaleLowerCase()));
  }
}

/**
 * Show the choice, and act on it at once.
 *
 * @param {HTMLFormElement} form
 * @param {ParentNode} log
 */
export function offerCovers(form, log) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name=topic]"));
  const topics = chosen();
  for (const box of boxes) box.checked = topics.includes(box.value);
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const ticked = [...boxes].filter((box) => box.checked).map((box) => box.value);
    try {
      if (!("shared" in document.documentElement.dataset)) sessionStorage.setItem(KEY, JSON.stringify(ticked));
    } catch {
      return;
    }
    if (ticked.length) uncover(log);
    else
      for (const cover of log.querySelectorAll("details.cw[open]")) cover.removeAttribute("open");
  });
}

/**
 * What was covered is in view once it is opened by hand.
 *
 * @param {HTMLElement} list
 */
export function showWhatIsOpened(list) {
  list.addEventListener("click", (event) => {
    const summary = event.target instanceof Element ? event.target.closest("summary") : null;
    const cover = summary?.closest("details.cw");
    cover?.addEventListener("toggle", () => cover.scrollIntoView({ block: "nearest" }), {
      once: true,
    });
  });
}
