// @ts-check
/**
 * Leave now: blank the page, forget what this device held, end the session, go to a neutral site.
 *
 * The button is a form that works without scripts. Scripts make it quick and add Shift, three times
 * within two seconds with no other key or press between.
 */

const WITHIN = 2000;
const TIMES = 3;

/** @type {number[]} */
let presses = [];
let alone = false;
let hiding = 0;

function leave() {
  const way = document.querySelector("[data-exit]");
  const neutral = way instanceof HTMLElement ? way.dataset["exit"] : undefined;
  document.documentElement.hidden = true;
  for (const forget of [leaveWord, clearOwn, clearStores, tellOthers]) {
    try {
      forget();
    } catch {
      // Leaving matters more than anything that can go wrong here.
    }
  }
  location.replace(neutral ?? "about:blank");
}

/** Where we can't be reached, this cookie says so later: the session is over with the next request. */
function leaveWord() {
  const safe = location.protocol === "https:";
  document.cookie = `${safe ? "__Host-left=1; secure" : "left=1"}; path=/; samesite=strict`;
  navigator.sendBeacon("/leave");
}

function clearOwn() {
  localStorage.clear();
}

/** What the pages of this visit kept, and what was kept at hand for when nothing answers. */
export function clearStores() {
  sessionStorage.clear();
  void globalThis.caches
    ?.keys()
    .then((all) => Promise.all(all.map((name) => caches.delete(name))))
    .catch(nothing);
  void navigator.serviceWorker
    ?.getRegistrations()
    .then((all) => Promise.all(all.map((worker) => worker.unregister())))
    .catch(nothing);
}

/** The page went before it was told; what was begun is done all the same. */
function nothing() {}

/** Other tabs of ours go as well. */
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("leave") : null;

function tellOthers() {
  others?.postMessage("now");
}

others?.addEventListener("message", () => {
  if (!document.documentElement.hidden) leave();
});

/** @param {number} count */
function show(count) {
  const counter = document.querySelector(".shifts");
  if (!(counter instanceof HTMLElement)) return;
  counter.hidden = count === 0;
  counter.textContent =
    count === 0 ? "" : (counter.dataset["words"] ?? "").replace("#", String(count));
  clearTimeout(hiding);
  if (count > 0) hiding = setTimeout(forget, WITHIN);
}

function forget() {
  presses = [];
  show(0);
}

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-exit]")) {
    event.preventDefault();
    leave();
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Shift") {
      alone = false;
      if (presses.length) forget();
    } else if (!event.repeat) alone = true;
  },
  true,
);

document.addEventListener(
  "pointerdown",
  () => {
    alone = false;
    if (presses.length) forget();
  },
  true,
);

document.addEventListener(
  "keyup",
  (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (presses.length >= TIMES) leave();
    else show(presses.length);
  },
  true,
);

// A page taken out of the back-forward cache would show words after the session ended.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
