// @ts-check
// The desk, live: hears that something changed, and puts the server's own fragments in place.
import { nodes } from "./nodes.js";

const desk = document.getElementById("desk");
const queue = document.getElementById("queue");
const told = document.getElementById("told");
const card = desk?.dataset.card ?? "";
let waiting = 0;

/** A fragment of the page as it is now. @param {string} address */
async function fragment(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (answer.status === 401 || answer.redirected) location.reload();
  if (!answer.ok) throw new Error(String(answer.status));
  return nodes(await answer.text());
}

/** Puts new content in the place of the old, keeping the focus on the same link. */
async function refresh() {
  waiting = 0;
  if (!queue) return;
  const before = new Set([...queue.querySelectorAll(".q-item[data-id]")].map((a) => a.getAttribute("data-id")));
  const focused = document.activeElement?.getAttribute("href");
  const fresh = await fragment(`/desk/fragments/queue?at=${card || 0}`);
  queue.replaceChildren(fresh);
  for (const link of queue.querySelectorAll(".q-item[data-id]")) {
    if (link.getAttribute("data-id") === card) link.setAttribute("aria-current", "true");
    if (!before.has(link.getAttribute("data-id")) && told) told.textContent = told.dataset.new ?? "";
  }
  const again = [...queue.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
  again?.focus();
  if (card) await refreshCard();
}

/** The card as it is now, unless somebody is filling in one of its forms. */
async function refreshCard() {
  const main = document.getElementById("main");
  const old = main?.querySelector(".card-cols");
  const link = queue?.querySelector(`.q-item[data-id="${card}"]`);
  if (!main || !old || link?.getAttribute("data-version") === old.getAttribute("data-version")) return;
  if (old.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select")) return;
  if (old.querySelector("mark, details[open] textarea")) return;
  const fresh = await fragment(`/desk/fragments/escalations/${card}`);
  main.replaceChildren(fresh);
}

/** Says it once, however many changes come together. */
function soon() {
  if (!waiting) waiting = window.setTimeout(() => void refresh().catch(() => {}), 80);
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
  line.addEventListener("close", () => window.setTimeout(listen, 1_000 + Math.random() * 4_000));
}

/** Moves through the queue. @param {number} step */
function move(step) {
  const links = /** @type {HTMLElement[]} */ ([...(queue?.querySelectorAll("a.q-item") ?? [])]);
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const current = at < 0 ? links.findIndex((link) => link.hasAttribute("aria-current")) : at;
  links[Math.max(0, Math.min(links.length - 1, current + step))]?.focus();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "c") take();
});

/** Takes the one that is open, or the one in the queue that has the focus. */
function take() {
  const link = /** @type {HTMLAnchorElement | null} */ (document.activeElement?.closest("a.q-item[data-id]"));
  if (link && link.dataset.id !== card) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/desk/escalations/${link.dataset.id}/take`;
    document.body.append(form);
    form.submit();
    return;
  }
  /** @type {HTMLElement | null} */ (document.querySelector('[data-key="c"]'))?.click();
}

/** Waits grow by themselves, every second. */
function tick() {
  for (const one of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(one.getAttribute("data-since") ?? "")) / 1_000));
    const minutes = Math.floor(seconds / 60) % 60;
    const rest = String(seconds % 60).padStart(2, "0");
    const hours = Math.floor(seconds / 3_600);
    one.textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  }
}

listen();
window.setInterval(tick, 1_000);
window.setInterval(soon, 10_000);
