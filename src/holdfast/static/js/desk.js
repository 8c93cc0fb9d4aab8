// @ts-check
/** The desk, live: hears that something changed, and puts the server's own fragments in place. */
import { away, fresh, isLate } from "./desk-line.js";
import { listenForKeys } from "./desk-keys.js";
import { tick } from "./desk-clocks.js";
import { nodes } from "./nodes.js";
import { renewed } from "./renewed.js";

const desk = document.getElementById("desk");
const queue = document.getElementById("queue");
const told = document.getElementById("told");
const { at = "", card = "", asked = "", country = "" } = desk?.dataset ?? {};
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
    fresh();
  } catch {
    away(true);
  }
}

/** The parts of the desk in the place of the old ones, with the focus on the same link. */
async function refreshQueue() {
  if (!queue) return;
  const keys = () => [...queue.querySelectorAll("[data-key]")].map((one) => one.getAttribute("data-key"));
  const before = new Set(keys());
  const address = `/desk/fragments/queue${asked}${asked ? "&" : "?"}at=${at}`;
  const parts = await fragment(address);
  for (const part of parts.querySelectorAll("[data-piece]")) put(part);
  tick();
  if (told && keys().some((key) => !before.has(key))) told.textContent = told.dataset["new"] ?? "";
}

/** One part in the place of its old self. @param {Element} part */
function put(part) {
  const old = document.querySelector(`[data-piece="${part.getAttribute("data-piece")}"]`);
  if (!old) return;
  const focused = old.contains(document.activeElement) ? place(document.activeElement) : null;
  const where = old.scrollLeft;
  old.replaceChildren(...part.childNodes);
  old.scrollLeft = where;
  if (!focused) return;
  const links = /** @type {HTMLElement[]} */ ([...old.querySelectorAll("a, button")]);
  (links.find((link) => place(link) === focused) ?? links[0])?.focus();
}

/** What stands for a line in the old list and the new. @param {Element | null} one */
function place(one) {
  return one?.getAttribute("href") ?? one?.getAttribute("data-where") ?? null;
}

/** The card as it is now; somebody who is filling in one of its forms is only told. */
async function refreshCard() {
  const main = document.getElementById("main");
  const old = main?.querySelector(".card-cols");
  const link = queue?.querySelector(`.q-item[data-key="${at}"]`);
  if (!main || !(old instanceof HTMLElement)) return;
  if (link && link.getAttribute("data-version") === old.dataset["version"]) return;
  if (!link && old.dataset["closed"]) return;
  const is = renewed(old, await fragment(country ? `${card}?country=${country}` : card));
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

const sift = document.getElementById("sift");
if (sift instanceof HTMLFormElement) {
  sift.querySelector("#order")?.addEventListener("change", () => sift.requestSubmit());
}

for (const line of document.querySelectorAll("[data-by-itself]")) line.removeAttribute("hidden");
listenForKeys(queue, at);
listen();
window.setInterval(() => {
  tick();
  if (isLate()) away(true);
}, 1_000);
window.setInterval(soon, 10_000);
