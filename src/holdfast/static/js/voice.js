// @ts-check
/** What I say and ask: kept until it is answered, said again when the line is back. */
import { newNonce } from "./outbox.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("./protocol.js").Command} Command */
/** @typedef {import("./protocol.js").Post} Post */
/** @typedef {import("./protocol.js").Refused} Refused */
/** @typedef {import("./protocol.js").Wants} Wants */
/** @typedef {import("./outbox.js").Draft} Draft */
/** @typedef {(refused?: Refused) => void} Answer */

/** Refusals that pass: the same post, with its nonce, may be sent again as it is. */
const PASSING = ["too_fast", "not_kept"];
const TYPING_EVERY = 4000;
/** Milliseconds after which words go without being looked at here; the server looks as well. */
const LATE = 2000;
const QUIETLY = ["typing", "seen"];

export class Voice {
  /** What I asked for besides posts, until it is answered. @type {Map<string, Answer>} */
  #asked = new Map();
  #beat = 0;

  /**
   * @param {import("./log.js").Log} log
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./composer.js").Composer} composer
   * @param {{ say(command: Command): boolean, stuck: boolean }} line
   */
  constructor(log, outbox, composer, line) {
    this.log = log;
    this.outbox = outbox;
    this.composer = composer;
    this.line = line;
    this.waiting = new Waiting(log, this);
    composer.onSend((draft) => this.send(draft));
    composer.onChange((seq, text, note) => this.change(seq, text, note));
    composer.box.addEventListener("input", () => this.#tellTyping());
    const begin = () => void caution(composer.form).catch(() => {});
    if (log.open) composer.box.addEventListener("focus", begin, { once: true });
    for (const { post, refused } of outbox.entries) {
      this.waiting.show(post);
      if (refused) this.waiting.giveBack(post.nonce, refused.message, refused.code);
    }
  }

  /** @param {Draft} draft */
  send(draft) {
    /** @type {Post} */
    const post = { do: "post", room: this.log.slug, nonce: newNonce(), text: draft.text };
    if (document.querySelector('#state[data-kind="quiet"]')) post.as_is = true;
    if (draft.note) post.note = draft.note;
    if (draft.wants) post.wants = /** @type {Wants} */ (draft.wants);
    if (draft.expires) post.expires = /** @type {import("./protocol.js").Expires} */ (draft.expires);
    if (draft.reply_to) post.reply_to = draft.reply_to;
    this.outbox.keep({ post, who: draft.who });
    this.waiting.show(post);
    void this.#lookAndSay(post, draft.who);
  }

  /** Ways to be reached are looked for here, and leave this device only where that is asked for. @param {Post} post @param {string} who */
  async #lookAndSay(post, who) {
    const rest = this.log.open && !post.as_is ? await restOf(post.text, this.composer.form) : null;
    if (!this.outbox.find(post.nonce)) return;
    if (rest === null) return this.#say(post);
    void this.#letHear(post, rest);
    const message = this.log.words["contact"] ?? "";
    this.outbox.keep({ post, who, refused: { code: "contact_detail", message } });
    this.waiting.giveBack(post.nonce, message, "contact_detail");
  }

  /** What is left of the words is read all the same: it may be a goodbye. @param {Post} post @param {string} text */
  async #letHear({ room, nonce }, text) {
    const body = new URLSearchParams({ text, nonce });
    try {
      await fetch(`/rooms/${room}/heard`, { method: "POST", body });
    } catch {
      // No connection: nobody can hear it now.
    }
  }

  /** The line is back: say what waits, oldest first. */
  sayWhatWaits() {
    for (const { post, refused } of this.outbox.entries) if (!refused) this.#say(post);
  }

  /** @param {Post} post */
  #say(post) {
    if (this.line.stuck) void this.#sayByForm(post);
    else this.waiting.mark(post.nonce, this.line.say(post) ? "sending" : "queued");
  }

  /** Where no line comes through, the form's own door; the page then shows what is new. @param {Post} post */
  async #sayByForm({ do: _, room, ...said }) {
    this.waiting.mark(said.nonce, "sending");
    const fields = Object.entries(said).map(([name, value]) => [name, String(value)]);
    try {
      const body = new URLSearchParams(fields);
      const answer = await fetch(`/rooms/${room}/messages`, {
        method: "POST",
        body,
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect") {
        this.outbox.drop(said.nonce);
        location.reload();
      } else this.waiting.giveBack(said.nonce, this.log.words["refused"] ?? "");
    } catch {
      this.waiting.mark(said.nonce, "queued");
    }
  }

  /** @param {number} seq @param {string} text @param {string} note */
  change(seq, text, note) {
    /** @type {Command} */
    const command = { do: "edit", room: this.log.slug, seq, nonce: newNonce(), text };
    if (note) command.note = note;
    this.ask(command, (refused) => {
      if (!refused) this.composer.changed();
    });
  }

  /**
   * Ask for something that is not a post. False when the line is not live.
   *
   * @param {Exclude<Command, Post> & { nonce: string }} command
   * @param {Answer} [answer]
   */
  ask(command, answer = () => {}) {
    if (!this.line.say(command)) return false;
    this.#asked.set(command.nonce, answer);
    return true;
  }

  /** @param {string} nonce @param {number} [seq] */
  accepted(nonce, seq) {
    this.outbox.drop(nonce);
    const bubble = this.waiting.find(nonce);
    if (bubble && seq) bubble.dataset["accepted"] = String(seq);
    this.#asked.get(nonce)?.();
    this.#asked.delete(nonce);
  }

  /** It is kept, and waits for a person: the server shows it from now on. @param {string} nonce */
  held(nonce) {
    this.outbox.drop(nonce);
    this.log.steady(() => this.waiting.find(nonce)?.remove());
  }

  /** @param {Refused} refused */
  refused(refused) {
    const { nonce = "", code, message } = refused;
    const entry = this.outbox.find(nonce);
    if (entry) {
      this.outbox.keep({ ...entry, refused: { code, message } });
      this.waiting.giveBack(nonce, message, code);
      if (refused.help) this.composer.refuse(refused);
      return;
    }
    this.#asked.get(nonce)?.(refused);
    this.#asked.delete(nonce);
    if (!QUIETLY.includes(refused.do ?? "")) this.composer.refuse(refused);
  }

  /** The line dropped: posts wait; what else I asked for is given up, in words. */
  lost() {
    for (const { post, refused } of this.outbox.entries) {
      if (!refused && this.line.stuck) void this.#sayByForm(post);
      else if (!refused) this.waiting.mark(post.nonce, "queued");
    }
    const nonces = [...this.#asked.keys()];
    const message = this.log.words["refused"] ?? "";
    for (const nonce of nonces)
      this.refused({ event: "refused", nonce, code: "not_kept", message });
  }

  /** @param {string} nonce @param {boolean} [asIs] for a person to read first */
  again(nonce, asIs = false) {
    const entry = this.outbox.find(nonce);
    if (!entry) return;
    const { post, who, refused } = entry;
    this.outbox.drop(nonce);
    const same = refused && PASSING.includes(refused.code);
    const fresh = same ? post : { ...post, nonce: newNonce() };
    if (asIs) fresh.as_is = true;
    this.outbox.keep({ post: fresh, who });
    const bubble = this.waiting.find(nonce);
    if (bubble) bubble.dataset["nonce"] = fresh.nonce;
    this.#say(fresh);
  }

  /** Back into the composer with it, before whatever is being written there. @param {string} nonce */
  rewrite(nonce) {
    const entry = this.outbox.find(nonce);
    if (!entry) return;
    const { text, note = "", wants = "", expires = "", reply_to = null } = entry.post;
    this.outbox.drop(nonce);
    this.log.steady(() => this.waiting.find(nonce)?.remove());
    const written = this.composer.box.value;
    const all = written ? `${text}\n\n${written}` : text;
    this.composer.fill({ text: all, note, wants, expires, reply_to, who: entry.who });
    this.composer.box.focus();
  }

  /** For a person to read first, as it stands. @param {string} nonce */
  asIs(nonce) {
    this.again(nonce, true);
  }

  /** On a beat, whoever types and however fast: what is sent does not show the strokes. */
  #tellTyping() {
    this.#beat ||= setTimeout(() => {
      this.#beat = 0;
      if (this.composer.box.value) this.line.say({ do: "typing", room: this.log.slug });
    }, TYPING_EVERY - (Date.now() % TYPING_EVERY));
  }
}

/** What looks for ways to be reached, asked for when somebody begins to write. @type {Promise<typeof import("./caution.js")> | null} */
let coming = null;

/** @param {HTMLFormElement} form */
function caution(form) {
  coming ??= import("./caution.js").then((rules) => {
    rules.watch(form);
    return rules;
  });
  return coming;
}

/** Words without the ways to be reached outside that they hold; null where they hold none. @param {string} text @param {HTMLFormElement} form */
async function restOf(text, form) {
  const late = new Promise((go) => setTimeout(go, LATE)).then(() => null);
  try {
    const rules = await Promise.race([caution(form), late]);
    return rules && rules.withoutReach(text);
  } catch {
    return null; // the server looks as well
  }
}
