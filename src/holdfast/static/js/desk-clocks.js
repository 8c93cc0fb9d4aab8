// @ts-check
/** The times on the desk: waits grow by themselves, and what is left shrinks. */

import { written } from "./times.js";

const opened = Date.now();
const MANY = 100; // minutes of a shift, from where on it is said in hours

/** A time as 4:02; from an hour on the hours alone. @param {number} seconds */
function clock(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60)];
  const words = document.getElementById("desk")?.dataset["hours"];
  if (hours && words) return words.replace("#", written(hours));
  return `${written(minutes)}:${written(seconds % 60, 2)}`;
}

/** Every time as it is now. */
export function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const since = Date.parse(one.getAttribute("data-since") ?? "");
    one.textContent = clock(Math.max(0, Math.round((Date.now() - since) / 1_000)));
  }
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-until]"))) {
    const { until = "", hours = "", minutes = "" } = one.dataset;
    const left = Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 60_000));
    one.textContent = left < MANY ? minutes.replace("#", written(left)) : hours.replace("#", written(Math.round(left / 60)));
  }
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("b[data-left]"))) {
    one.dataset["from"] ??= String(one.closest("[data-fresh]") ? Date.now() : opened);
    const left = Number(one.dataset["left"]) - Math.round((Date.now() - Number(one.dataset["from"])) / 1_000);
    const [due, over] = one.querySelectorAll(":scope > *");
    due?.toggleAttribute("hidden", left < 0);
    over?.toggleAttribute("hidden", left >= 0);
    const clockface = one.querySelector("[data-clock]");
    if (clockface) clockface.textContent = clock(Math.max(0, left));
  }
}
