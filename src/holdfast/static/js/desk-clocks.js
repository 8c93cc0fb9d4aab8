// @ts-check
/** The times on the desk: waits grow by themselves, and what is left shrinks. */

const opened = Date.now();

/** A time as 4:02; with hours where there are any. @param {number} seconds */
function clock(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Every time as it is now. */
export function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const since = Date.parse(one.getAttribute("data-since") ?? "");
    one.textContent = clock(Math.max(0, Math.round((Date.now() - since) / 1_000)));
  }
  for (const one of document.querySelectorAll("[data-until]")) {
    const until = Date.parse(one.getAttribute("data-until") ?? "");
    const left = String(Math.max(0, Math.ceil((until - Date.now()) / 60_000)));
    const words = one.textContent ?? "";
    if (/^\D*\d+/.test(words)) one.textContent = words.replace(/\d+/, left);
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
