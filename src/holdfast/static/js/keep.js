// @ts-check
/**
 * Keeping the page to oneself: a device with a PIN locks itself, a shared one ends when it is left.
 *
 * The server decides: it is told when nobody looks, and refuses everything once a minute is over.
 * Here the page is covered at once.
 */
import { clearStores } from "./exit.js";

const HIDDEN = 60_000;
const BEAT = 60_000;
const AGAIN = 1_500; // another page of ours may say at the same moment that it went out of sight

const page = document.documentElement;
const hasPin = "pin" in page.dataset && location.pathname !== "/unlock"; // covered already there
const shared = "shared" in page.dataset;
let since = 0;
let timer = 0;
let told = 0;

/** @param {"back" | "hidden" | "closed"} how */
function tell(how) {
  told = Date.now();
  const body = new URLSearchParams({ is: how });
  return fetch("/here", { method: "POST", body, keepalive: true }).catch(() => undefined);
}

function cover() {
  page.hidden = true;
  const back = encodeURIComponent(location.pathname + location.search);
  const on = () => location.replace(`/unlock?back=${back}`);
  fetch("/lock", { method: "POST", keepalive: true, redirect: "manual" }).then(on, on);
}

function hide() {
  since = Date.now();
  timer = setTimeout(cover, HIDDEN);
  void tell("hidden");
}

function show() {
  clearTimeout(timer);
  const over = since > 0 && Date.now() - since >= HIDDEN;
  since = 0;
  if (over) cover();
  else {
    void tell("back");
    setTimeout(() => document.hidden || tell("back"), AGAIN);
  }
}

function beat() {
  if (Date.now() - told > BEAT) void tell("back");
}

if (hasPin) {
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("[data-lock]"))) return;
    event.preventDefault();
    cover();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyL") return;
    event.preventDefault();
    cover();
  });
}

if (hasPin || shared) void tell("back");

if (shared) {
  clearStores(); // what this browser kept before it was said that others use it
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, beat, true);
  window.addEventListener("pagehide", () => page.hidden || void tell("closed"));
}
