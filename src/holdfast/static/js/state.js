// @ts-check
/**
 * The lines under a room's name, put in anew when the room is live, held, quiet or guided by now.
 *
 * It comes when something there first changes. What makes HTML of words is handed in: there is one
 * such place on a page.
 */

const FIRST = 500;
const LONGEST = 60_000;

let asked = 0;
let shown = 0;

/**
 * Two changes in one moment are asked for twice: an answer that was overtaken is not shown any more.
 *
 * @param {string} slug
 * @param {Pick<typeof import("./nodes.js"), "nodes" | "the">} page
 */
export async function showState(slug, { nodes, the }) {
  const mine = ++asked;
  try {
    const answer = await answered(slug, mine);
    if (!answer || mine < shown) return;
    const fresh = nodes(answer);
    shown = mine;
    const state = the(HTMLElement, "#state", fresh);
    // The elements stay, so that screen readers say what is new in them.
    the(HTMLElement, "#state").dataset.kind = state.dataset.kind;
    the(HTMLElement, "#state").replaceChildren(...state.childNodes);
    showGuide(the(HTMLElement, "#guide", fresh), the(HTMLElement, "#guide"));
    showIfNew(the(HTMLElement, "#from-here", fresh), the(HTMLElement, "#from-here"));
    for (const name of ["meeting", "whose"]) {
      showIfNew(fresh.querySelector(`#${name}`), document.querySelector(`#${name}`));
    }
    for (const part of fresh.querySelectorAll("#fitted > [data-part]")) {
      showIfNew(part, document.querySelector(`#fitted > [data-part="${part.getAttribute("data-part")}"]`));
    }
    const { kind } = state.dataset;
    const shut = kind === "closed" || !!fresh.querySelector("#fitted [data-shut]");
    for (const form of document.querySelectorAll("form.comp")) form.toggleAttribute("hidden", shut);
  } catch {
    // Another page than this one: what was asked for is not for this member any more.
  }
}

/**
 * Asked again with growing pauses where nothing answers, until something newer is asked.
 *
 * @param {string} slug @param {number} mine
 */
async function answered(slug, mine) {
  for (let pause = FIRST; mine === asked; pause = Math.min(2 * pause, LONGEST)) {
    try {
      const answer = await fetch(`/rooms/${slug}/state`);
      if (answer.ok) return await answer.text();
      if (answer.status < 500 && answer.status !== 429) return "";
    } catch {
      // No connection: the page says so itself.
    }
    await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random())));
  }
  return "";
}

/**
 * What is open stays open, and whoever is on a button there stays on it, or in its place.
 *
 * @param {Element | null | undefined} fresh @param {Element | null | undefined} old
 */
function showIfNew(fresh, old) {
  if (!fresh || !old) return;
  const fold = old.querySelector("details");
  if (fold) fresh.querySelector("details")?.toggleAttribute("open", fold.open);
  if (fresh.isEqualNode(old)) return;
  const stops = "a, button, summary";
  const at = [...old.querySelectorAll(stops)].findIndex((one) => one === document.activeElement);
  const words = document.activeElement?.textContent;
  old.replaceChildren(...fresh.childNodes);
  if (at < 0) return;
  const now = /** @type {HTMLElement[]} */ ([...old.querySelectorAll(stops)]);
  (now.find((one) => one.textContent === words) ?? now[Math.min(at, now.length - 1)])?.focus();
}

/** What is the same stays as it is, and a pin that is open stays open. @param {HTMLElement} fresh @param {HTMLElement} old */
function showGuide(fresh, old) {
  const [lines, were] = [fresh, old].map((one) => one.querySelector(".guide-lines"));
  showIfNew(lines, were);
  const [pin, was] = [fresh, old].map((one) => one.querySelector(".pin"));
  pin?.toggleAttribute("open", !!was?.hasAttribute("open"));
  if (pin?.isEqualNode(was ?? null)) return;
  was?.remove();
  pin?.removeAttribute("open");
  if (pin) old.append(pin);
}
