// @ts-check
/**
 * What I was writing and what has not been accepted yet, kept in this tab.
 *
 * In `sessionStorage`, on purpose: it goes with the tab and is wiped by Leave now; a shared phone must
 * not keep somebody's words.
 */

/** @typedef {import("./protocol.js").Post} Post */
/** @typedef {{ text: string, note: string, wants: string, expires: string, reply_to: number | null, who: string }} Draft */
/** @typedef {{ post: Post, who: string, refused?: { code: string, message: string } }} Entry */

export class Outbox {
  /** @param {string} room */
  constructor(room) {
    this.room = room;
  }

  /** @returns {Entry[]} what waits or was given back, oldest first */
  get entries() {
    return read(`out:${this.room}`) ?? [];
  }

  /** @param {string} nonce @returns {Entry | undefined} */
  find(nonce) {
    return this.entries.find((entry) => entry.post.nonce === nonce);
  }

  /** Add, or put in the place of what has the same nonce. @param {Entry} entry */
  keep(entry) {
    const all = this.entries;
    const at = all.findIndex((other) => other.post.nonce === entry.post.nonce);
    all.splice(at < 0 ? all.length : at, at < 0 ? 0 : 1, entry);
    write(`out:${this.room}`, all);
  }

  /** @param {string} nonce */
  drop(nonce) {
    write(
      `out:${this.room}`,
      this.entries.filter((entry) => entry.post.nonce !== nonce),
    );
  }

  /** @returns {Draft | null} */
  get draft() {
    return read(`draft:${this.room}`);
  }

  /** @param {Draft | null} draft */
  set draft(draft) {
    write(`draft:${this.room}`, draft);
  }
}

/** A name for one act of mine, so that doing it twice does it once. */
export function newNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// On a device that others use nothing is kept, not even in the tab.
const SHARED = "shared" in document.documentElement.dataset;

/** Where storage is forbidden, this tab's memory has to do. @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} */
function read(key) {
  try {
    if (SHARED) return JSON.parse(memory.get(key) ?? "null");
    return JSON.parse(sessionStorage.getItem(key) ?? memory.get(key) ?? "null");
  } catch {
    return JSON.parse(memory.get(key) ?? "null");
  }
}

/** @param {string} key @param {unknown} value */
function write(key, value) {
  const empty = value === null || (Array.isArray(value) && value.length === 0);
  if (empty) memory.delete(key);
  else memory.set(key, JSON.stringify(value));
  if (SHARED) return;
  try {
    if (empty) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Forbidden or full: memory holds it.
  }
}
