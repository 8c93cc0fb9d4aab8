// @ts-check
/** Before words leave: a way to be reached stops them, a name or a place is only warned of. */
import { findContact, isOnlyWarnedOf } from "./contact.js";

const AFTER = 400;

/** Words without the ways to be reached outside in them; null where there are none. @param {string} text */
export function withoutReach(text) {
  const found = findContact(text).filter((one) => !isOnlyWarnedOf(one.kind));
  if (!found.length) return null;
  return found.reduceRight((rest, { start, end }) => `${rest.slice(0, start)}…${rest.slice(end)}`, text);
}

/** Says quietly, while somebody writes, that there may be a name or a place in it. @param {HTMLFormElement} form */
export function watch(form) {
  const box = form.querySelector("textarea");
  const note = form.querySelector(".warns");
  if (!box || !(note instanceof HTMLElement)) return;
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(look, AFTER);
  };
  const look = () => {
    note.hidden = !findContact(box.value).some((one) => isOnlyWarnedOf(one.kind));
  };
  for (const kind of ["input", "keydown", "submit"]) form.addEventListener(kind, soon);
  look();
}
