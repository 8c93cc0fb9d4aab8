// @ts-check
/**
 * The live line: one socket for one room, opened again whenever it drops.
 *
 * Where to resume comes only from what the line itself delivered in order, starting from the page's
 * own head; an `accepted` never moves it, for it may overtake what others said.
 */

/** @typedef {import("./protocol.js").Command} Command */
/** @typedef {import("./protocol.js").LiveEvent} LiveEvent */
/** @typedef {{ hear(event: LiveEvent): void, lost(): void, signedOut(): void }} Listener */

const SEQUENCED = ["posted", "edited", "removed", "responded", "note", "room_changed", "skipped"];
const SIGNED_OUT = 4401;
const TOO_FAST = 4429;
const NOT_READ = "not_read";
const LONGEST = 30_000;
const PATIENCE = 10_000;
const STUCK = 2;
/** What is sent is a multiple of this long, with the head of its frame: its size says little. */
const STEP = 256;
const HEAD = 8;

export class Line {
  /** @type {WebSocket | null} */
  #socket = null;
  #live = false;
  #opened = false;
  #failures = 0;
  #again = 0;
  #patience = 0;

  /**
   * @param {{ room: string, since: number, epoch: string, locale: string }} place
   * @param {Listener} listener
   */
  constructor(place, listener) {
    this.place = place;
    this.listener = listener;
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.#drop());
    addEventListener("pagehide", () => this.#socket?.close());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.#socket) this.open();
    });
  }

  get live() {
    return this.#live;
  }

  /** There is a connection, but no line comes through it: some networks block them. */
  get stuck() {
    return !this.#opened && this.#failures >= STUCK && navigator.onLine;
  }

  open() {
    clearTimeout(this.#again);
    this.#forget();
    const address = new URL("/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address, "holdfast.v1"));
    let opened = false;
    socket.onopen = () => {
      opened = this.#opened = true;
      const { room, since, epoch, locale } = this.place;
      this.#send({ do: "enter", room, since, ...(epoch && { epoch }), as: "html", locale });
    };
    socket.onmessage = (frame) => this.#hear(JSON.parse(frame.data));
    socket.onclose = (end) => this.#closed(end.code, opened);
  }

  /**
   * Say something on the line. False when it is not live: then say it again later.
   *
   * @param {Command} command
   */
  say(command) {
    if (!this.#live) return false;
    this.#send(command);
    if ("nonce" in command && !this.#patience)
      this.#patience = setTimeout(() => this.#drop(), PATIENCE);
    return true;
  }

  /** @param {Command} command */
  #send(command) {
    this.#socket?.send(padded(JSON.stringify(command)));
  }

  /** @param {LiveEvent} event */
  #hear(event) {
    clearTimeout(this.#patience);
    this.#patience = 0;
    if (SEQUENCED.includes(event.event)) {
      const seq = /** @type {{ seq: number }} */ (event).seq;
      this.place.since = Math.max(this.place.since, seq);
    } else if (event.event === "entered") {
      this.place.epoch = event.epoch;
    } else if (event.event === "live") {
      this.#live = true;
      this.#failures = 0;
    } else if (event.event === "refused" && event.code === NOT_READ && !this.#live) {
      this.#drop(); // the database was away just then: the line is open, and would stay deaf
      return;
    }
    this.listener.hear(event);
  }

  /** @param {number} code @param {boolean} opened */
  #closed(code, opened) {
    this.#forget();
    if (code === SIGNED_OUT) {
      this.listener.signedOut();
      return;
    }
    this.#retry(code === TOO_FAST ? LONGEST / 3 : 0);
    this.listener.lost();
    if (!opened && this.#failures % 4 === 1) void this.#askWhetherSignedOut();
  }

  /** Full jitter: anywhere up to 1 s, then 2, 4 … 30, so that a thousand people do not come back at once. @param {number} atLeast */
  #retry(atLeast) {
    const most = Math.min(LONGEST, 1000 * 2 ** this.#failures);
    this.#failures += 1;
    this.#again = setTimeout(() => this.open(), atLeast + Math.random() * most);
  }

  /** A connection that died silently, or the network is gone: do not wait for it to say so. */
  #drop() {
    this.#forget();
    this.listener.lost();
    this.#retry(0);
  }

  #forget() {
    clearTimeout(this.#patience);
    clearTimeout(this.#again);
    this.#patience = 0;
    this.#live = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** A refused handshake says nothing to scripts; the history, asked for, does. */
  async #askWhetherSignedOut() {
    try {
      const address = `/rooms/${this.place.room}/history?before=1`;
      const answer = await fetch(address, { redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401) this.listener.signedOut();
    } catch {
      // No connection at all: the line keeps trying.
    }
  }
}

/** Filled up with spaces, which a reader of JSON skips. @param {string} text */
function padded(text) {
  const size = new TextEncoder().encode(text).length + HEAD;
  return text.padEnd(text.length + ((STEP - (size % STEP)) % STEP));
}
