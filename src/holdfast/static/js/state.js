// @ts-check
/** The lines under a room's name, put in anew when the room is live, held, quiet or guided by now. */
import { nodes, the } from "./nodes.js";

/** @param {string} slug */
export async function showState(slug) {
  try {
    const answer = await fetch(`/rooms/${slug}/state`);
    if (!answer.ok) return;
    const fresh = nodes(await answer.text());
    const state = the(HTMLElement, "#state", fresh);
    // The elements stay, so that screen readers say what is new in them.
    the(HTMLElement, "#state").dataset.kind = state.dataset.kind;
    the(HTMLElement, "#state").replaceChildren(...state.childNodes);
    showGuide(the(HTMLElement, "#guide", fresh), the(HTMLElement, "#guide"));
    showIfNew(the(HTMLElement, "#from-here", fresh), the(HTMLElement, "#from-here"));
    const { kind } = state.dataset;
    for (const form of document.querySelectorAll("form.comp")) form.toggleAttribute("hidden", kind === "closed");
  } catch {
    // No connection: the page says so itself, and comes back with the newest line.
  }
}

/** @param {Element | null | undefined} fresh @param {Element | null | undefined} old */
function showIfNew(fresh, old) {
  if (fresh && old && !fresh.isEqualNode(old)) old.replaceChildren(...fresh.childNodes);
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

/** The pinned message has other words now. @param {string} slug @param {number} seq */
export async function showPinned(slug, seq) {
  if (document.querySelector(`#guide a[data-seq="${seq}"]`)) await showState(slug);
}

/** Go to the pinned message, where it is on the page. @param {import("./log.js").Log} log */
export function jumpToPin(log) {
  the(HTMLElement, "#guide").addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-seq]") : null;
    const found = link instanceof HTMLElement ? log.find(Number(link.dataset["seq"])) : null;
    if (!found) return;
    event.preventDefault();
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
  });
}
