// @ts-check
/**
 * Keeps the help page, the offline page and the static files for when there is no connection.
 *
 * Never messages, never a page with somebody's words: only what is in these lists is ever stored.
 * It also shows what it is told to whoever asked for that: the pager's call to staff, and to a member
 * that something is new. Neither says why, or about whom.
 */

/** @typedef {Event & { request: Request, clientId?: string, respondWith(answer: Promise<Response>): void, waitUntil(work: Promise<unknown>): void }} Fetched */

/** @typedef {Event & { data?: { json(): Record<string, unknown> } | null, waitUntil(work: Promise<unknown>): void }} Called */
/** @typedef {Event & { notification: { close(): void, data?: unknown }, waitUntil(work: Promise<unknown>): void }} Clicked */

const CACHE = "holdfast-1";
const DESK = "/desk";
const MINE = "/me/notices";
const HELP = "/help";
const YOUNG = "/help/young";
const OFFLINE = "/offline";
const FILES = [
  "/static/css/holdfast.css",
  "/static/icons/icons.svg",
  "/static/fonts/figtree-latin.woff2?v=5.3.0",
];
const PATIENCE = 4000;
/** A kept help page is shown up to a day, and fetched anew with some other page after an hour. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Whoever asks, and however: there is one copy, forgotten when somebody may see it otherwise. */
const ANY = { ignoreVary: true };

const worker =
  /** @type {EventTarget & { skipWaiting(): Promise<void>, clients: { claim(): Promise<void>, get(id: string): Promise<{ url: string } | undefined>, openWindow(to: string): Promise<unknown> }, registration: { showNotification(title: string, how: object): Promise<void> } }} */ (
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
  if (address.origin !== location.origin) return;
  if (request.method !== "GET") {
    // Somebody may read in another language from now on, or in other colours.
    if (request.mode === "navigate") fetched.waitUntil(forgetHelp());
  } else if (address.pathname.startsWith("/static/")) fetched.respondWith(file(request, fetched.clientId ?? ""));
  else if ([HELP, YOUNG].includes(address.pathname)) fetched.respondWith(help(request));
  else if (request.mode === "navigate") {
    const shown = page(request);
    fetched.respondWith(shown);
    fetched.waitUntil(shown.then(renewHelp));
  }
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
  await cache.addAll([HELP, YOUNG, ...FILES]);
  await cache.add(OFFLINE).catch(() => undefined);
}

/** Whether a window shows the help page: then nothing is asked for that is kept. @param {string} id */
async function isAtHelp(id) {
  const shown = id ? await worker.clients.get(id) : undefined;
  return shown !== undefined && [HELP, YOUNG].includes(new URL(shown.url).pathname);
}

/** A static file: its fingerprint is in the address, so what is kept is right; else whatever is kept. @param {Request} request @param {string} client */
async function file(request, client) {
  const cache = await caches.open(CACHE);
  const fingerprinted = new URL(request.url).search !== "";
  const first = fingerprinted || (await isAtHelp(client));
  const kept = first ? await cache.match(request, ANY) : undefined;
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

/** How long ago an answer was made, in milliseconds. @param {Response} answer */
function age(answer) {
  return Date.now() - Date.parse(answer.headers.get("date") ?? "");
}

/**
 * The help page as it was kept, with no request at all: nobody on the way learns that it was opened.
 * Where there is none of today, it is fetched, but never waited for long.
 *
 * @param {Request} request
 */
async function help(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, ANY);
  if (kept && age(kept) < DAY) return kept;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) await cache.put(request, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // No connection, or a very slow one: what is kept will do.
  }
  return kept ?? (await cache.match(HELP, ANY)) ?? Response.error();
}

/**
 * With every other page, after an hour: so everybody fetches help, whoever needs it. At once where
 * the pages go by another name from now on, whichever device that was chosen on.
 *
 * @param {Response} shown
 */
async function renewHelp(shown) {
  if (shown.headers.has("help-changed")) await forgetHelp(OFFLINE);
  const cache = await caches.open(CACHE);
  for (const path of [HELP, YOUNG, OFFLINE]) {
    const kept = await cache.match(path, ANY);
    if (!kept || (path !== OFFLINE && !(age(kept) < HOUR))) await cache.add(path).catch(() => undefined);
  }
}

/** Also the help pages of a country. @param {string[]} more */
async function forgetHelp(...more) {
  const cache = await caches.open(CACHE);
  const all = { ...ANY, ignoreSearch: true };
  await Promise.all([HELP, YOUNG, ...more].map((path) => cache.delete(path, all)));
}

/** Any other page comes from the server or not at all. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? (await caches.match(HELP)) ?? Response.error();
  }
}
