// @ts-check
/** The line under a room's name, put in anew when the room is live, held or quiet by now. */
import { nodes, the } from "./nodes.js";

/** @param {string} slug */
export async function showState(slug) {
  try {
    const answer = await fetch(`/rooms/${slug}/state`);
    if (!answer.ok) return;
    const fresh = the(HTMLElement, "#state", nodes(await answer.text()));
    const shown = the(HTMLElement, "#state");
    // The element stays, so that screen readers say what is new in it.
    shown.dataset.kind = fresh.dataset.kind;
    shown.replaceChildren(...fresh.childNodes);
  } catch {
    // No connection: the page says so itself, and comes back with the newest line.
  }
}
