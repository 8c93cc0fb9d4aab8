// @ts-check
/**
 * Keeps the help page, the offline page and the static files for when there is no connection.
 *
 * Never messages, never a page with somebody's words: only what is in these lists is ever stored.
 * It also shows what it is told to whoever asked for that: the pager's call to staff, and to a member
 * that something is new. Neither says why, or about whom.
 */

/** @typedef {Event & { request: Request, respondWith(answer: Promise<Response>): void, waitUntil(work: Promise<unknown>): void }} Fetched */

/** @typedef {Event & { data?: { json(): Record<string, unknown> } | null, waitUntil(work: Promise<unknown>): void }} Called */
/** @typedef {Event & { notification: { close(): void, data?: unknown }, waitUntil(work: Promise<unknown>): void }} Clicked */

const CACHE = "holdfast-1";
const DESK = "/desk";
const MINE = "/me/notices";
const HELP = "/help";
const OFFLINE = "/offline";
const FILES = [
  "/static/css/holdfast.css",
  "/static/icons/icons.svg",
  "/static/fonts/figtree-latin.woff2?v=5.3.0",
];
const PATIENCE = 4000;

const worker =
  /** @type {EventTarget & { skipWaiting(): Promise<void>, clients: { claim(): Promise<void>, openWindow(to: string): Promise<unknown> }, registration: { showNotification(title: string, how: object): Promise<void> } }} */ (
    /** @type {unknown} */ (self)
  );

worker.addEventListener("install", (event) => {
  /** @type {Fetched} */ (event).waitUntil(store().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  const sweep = caches.keys().then((names) => {
    const old = names.filter((name) => name.startsWith("holdfast-") && name !== CACHE);
    return Promise.all(old.map((name) => caches.delete(name)));
  });
  /** @type {Fetched} */ (event).waitUntil(sweep.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const fetched = /** @type {Fetched} */ (event);
  const { request } = fetched;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) fetched.respondWith(file(request));
  else if (address.pathname === HELP) fetched.respondWith(help(request));
  else if (request.mode === "navigate") fetched.respondWith(page(request));
});

// Someone is called or told. What comes says only that there is something; it shows even if unreadable.
worker.addEventListener("push", (event) => {
  const called = /** @type {Called} */ (event);
  const { title, ...how } = notice(called);
  called.waitUntil(worker.registration.showNotification(title, how));
});

worker.addEventListener("notificationclick", (event) => {
  const clicked = /** @type {Clicked} */ (event);
  clicked.notification.close();
  clicked.waitUntil(worker.clients.openWindow(clicked.notification.data === MINE ? MINE : DESK));
});

/** @param {Called} called */
function notice(called) {
  /** @type {Record<string, unknown>} */
  let said = {};
  try {
    said = called.data?.json() ?? {};
  } catch {
    // The notice without its words still says that there is something.
  }
  const title = String(said.title ?? "New notice");
  const body = String(said.body ?? "");
  if (said.for === "member") return { title, body, tag: "new", data: MINE };
  return { title, body, tag: "holdfast", renotify: true, requireInteraction: true, data: DESK };
}

/** Without the help page there is no use in us; the offline page is a courtesy. */
async function store() {
  const cache = await caches.open(CACHE);
  await cache.addAll([HELP, ...FILES]);
  await cache.add(OFFLINE).catch(() => undefined);
}

/** A static file: its fingerprint is in the address, so what is kept is right; else whatever is kept. @param {Request} request */
async function file(request) {
  const cache = await caches.open(CACHE);
  const fingerprinted = new URL(request.url).search !== "";
  const kept = fingerprinted ? await cache.match(request) : undefined;
  if (kept) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (problem) {
    const old = await cache.match(request, { ignoreSearch: true });
    if (old) return old;
    throw problem;
  }
}

/** The help page: the newest there is, but never a long wait for it. @param {Request} request */
async function help(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) await cache.put(request, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // No connection, or a very slow one: what is kept will do.
  }
  return (await cache.match(request)) ?? (await cache.match(HELP)) ?? Response.error();
}

/** Any other page comes from the server or not at all. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? (await caches.match(HELP)) ?? Response.error();
  }
}
