// @ts-check
/** What a message says in one line, and the quotes of it: never words that were changed or taken back. */
import { the } from "./nodes.js";

const LENGTH = 120;

/**
 * What a message says, for a quote or to be read out: its content note, if it has one, else its words.
 *
 * @param {Element} article
 */
export function gist(article) {
  const cover = article.querySelector(".cw");
  if (cover instanceof HTMLElement)
    return `${the(HTMLElement, "#words").dataset["note"]} ${cover.dataset["note"]}`;
  const lines = article.querySelectorAll(".words :is(p, li)");
  return Array.from(lines, (line) => line.textContent?.trim()).join(" ");
}

/** @param {string} words */
export function shortened(words) {
  if (words.length <= LENGTH) return words;
  return `${words.slice(0, LENGTH).replace(/\s+\S*$/, "")}…`;
}

/**
 * Say anew, in every quote of a message, what it says now.
 *
 * @param {HTMLElement} list
 * @param {number} seq
 * @param {Element | null} article as it is now; none if it was taken back
 */
export function requote(list, seq, article) {
  const removed = the(HTMLElement, "#words").dataset["removed"] ?? "";
  const says = article ? shortened(gist(article)) : removed;
  for (const quote of list.querySelectorAll(`a.quote[href="#m${seq}"]`)) {
    const name = quote.querySelector("bdi") ?? "";
    quote.replaceChildren(name, `: ${says}`);
  }
}

/** Go to the pinned message, where it is on the page. @param {HTMLElement} guide @param {import("./log.js").Log} log */
export function jumpToPin(guide, log) {
  guide.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-seq]") : null;
    const found = link instanceof HTMLElement ? log.find(Number(link.dataset["seq"])) : null;
    if (!found) return;
    event.preventDefault();
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
  });
}
