// @ts-check
/**
 * Something is new in a talk of two: in this room it is shown, of another it is said once.
 *
 * What makes HTML of words is handed in: there is one such place on a page.
 */
import { showState } from "./state.js";

/** @typedef {Pick<typeof import("./nodes.js"), "nodes" | "pattern" | "the">} Page */

const WAYS = /** @type {Record<string, string>} */ ({ began: "/listening/waiting", offered: "/listening/duty" });
const ELSEWHERE = ["offered", "gone"]; // of no room: an ask lies before me, or no more
const ID = "called-now";

/** @param {{ what: string, room?: string }} event @param {import("./log.js").Log} log @param {Page} page */
export function hear({ what, room }, log, page) {
  if (room !== log.slug || ELSEWHERE.includes(what)) return call(what, page);
  if (what === "renewed") return location.reload(); // my key is another one: the page says what now
  void showState(log.slug, page);
  if (what === "earlier") void log.readOn(); // the member said yes: there is more to read now
}

/** While I am here, somebody is there for me: said under the room's name. @param {string} what @param {Page} page */
function call(what, { pattern, the }) {
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
