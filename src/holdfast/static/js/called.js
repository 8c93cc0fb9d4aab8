// @ts-check
/** Something is new in a talk of two: in this room it is shown, of another it is said once. */
import { nodes, pattern, the } from "./nodes.js";
import { showState } from "./state.js";

const WAYS = /** @type {Record<string, string>} */ ({ began: "/listening/waiting", offered: "/listening/duty" });
const ID = "called-now";

/** @param {{ what: string, room?: string }} event @param {string} slug the room of this page */
export function hear({ what, room }, slug) {
  if (room === slug) void showState(slug, { nodes, the });
  else call(what);
}

/** While I am here, somebody is there for me: said under the room's name. @param {string} what */
function call(what) {
  const way = WAYS[what];
  document.getElementById(ID)?.remove();
  if (!way) return;
  const note = pattern("called");
  note.id = ID;
  const words = the(HTMLElement, "span", note);
  the(HTMLElement, "b", words).textContent = words.dataset[what] ?? "";
  the(HTMLAnchorElement, "a", words).href = way;
  the(HTMLElement, ".chat-head").append(note);
}
