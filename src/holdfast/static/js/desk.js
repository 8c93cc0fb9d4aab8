// @ts-check
/** The desk, live: hears that something changed, and puts the server's own fragments in place. */
import { nodes } from "./nodes.js";
import { renewed } from "./renewed.js";

const desk = document.getElementById("desk");
const queue = document.getElementById("queue");
const told = document.getElementById("told");
const lost = document.getElementById("lost");
const card = desk?.dataset["card"] ?? "";
const opened = Date.now();
let waiting = 0;

/** A fragment of the page as it is now. @param {string} address */
async function fragment(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (answer.status === 401 || answer.redirected) location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  return nodes(await answer.text());
}

/** The whole desk as it is now; where nothing answers, the page says that it may be old. */
async function refresh() {
  waiting = 0;
  try {
    await refreshQueue();
    if (card) await refreshCard();
    away(false);
  } catch {
    away(true);
  }
}

/** @param {boolean} is */
function away(is) {
  if (lost) lost.hidden = !is;
}

/** The queue in the place of the old one, with the focus on the same link. */
async function refreshQueue() {
  if (!queue) return;
  const ids = () => [...queue.querySelectorAll(".q-item[data-id]")].map((one) => one.getAttribute("data-id"));
  const before = new Set(ids());
  const focused = queue.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  const fresh = await fragment(`/desk/fragments/queue?at=${card || 0}`);
  queue.replaceChildren(fresh);
  tick();
  if (told && ids().some((id) => !before.has(id))) told.textContent = told.dataset["new"] ?? "";
  if (!focused) return;
  const links = /** @type {HTMLElement[]} */ ([...queue.querySelectorAll("a")]);
  (links.find((link) => link.getAttribute("href") === focused) ?? links[0])?.focus();
}

/** The card as it is now; somebody who is filling in one of its forms is only told. */
async function refreshCard() {
  const main = document.getElementById("main");
  const old = main?.querySelector(".card-cols");
  const link = queue?.querySelector(`.q-item[data-id="${card}"]`);
  if (!main || !(old instanceof HTMLElement)) return;
  if (link && link.getAttribute("data-version") === old.dataset["version"]) return;
  if (!link && old.dataset["closed"]) return;
  const country = desk?.dataset["country"];
  const fresh = await fragment(`/desk/fragments/escalations/${card}${country ? `?country=${country}` : ""}`);
  const is = renewed(old, fresh);
  const stale = document.getElementById("stale");
  if (stale) stale.hidden = is;
}

/** Says it once, however many changes come together. */
function soon() {
  if (!waiting) waiting = window.setTimeout(() => void refresh(), 80);
}

/** The live line; while it is away the desk asks every ten seconds. */
function listen() {
  const line = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live`, "holdfast.v1");
  line.addEventListener("open", () => {
    line.send(JSON.stringify({ do: "watch", topic: "desk" }));
    soon();
  });
  line.addEventListener("message", (event) => {
    if (typeof event.data === "string" && event.data.startsWith('{"event":"desk"')) soon();
  });
  line.addEventListener("close", () => {
    soon(); // who does not answer that either is away
    window.setTimeout(listen, 1_000 + Math.random() * 4_000);
  });
}

/** Moves through the queue. @param {number} step */
function move(step) {
  const links = /** @type {HTMLElement[]} */ ([...(queue?.querySelectorAll("a.q-item") ?? [])]);
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const current = at < 0 ? links.findIndex((link) => link.hasAttribute("aria-current")) : at;
  const next = at < 0 && current < 0 ? 0 : current + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (target.matches("input, textarea, select")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "c") take();
});

/** Takes the one in the queue that has the focus, or the one that is open. */
function take() {
  const link = document.activeElement?.closest("a.q-item[data-id]");
  if (link instanceof HTMLElement && link.dataset["id"] !== card) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/desk/escalations/${link.dataset["id"]}/take`;
    document.body.append(form);
    form.submit();
    return;
  }
  /** @type {HTMLElement | null} */ (document.querySelector('[data-key="c"]'))?.click();
}

/** A time as 4:02; with hours where there are any. @param {number} seconds */
function clock(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Waits grow by themselves, and what is left shrinks, every second. */
function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const since = Date.parse(one.getAttribute("data-since") ?? "");
    one.textContent = clock(Math.max(0, Math.round((Date.now() - since) / 1_000)));
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

listen();
window.setInterval(tick, 1_000);
window.setInterval(soon, 10_000);
