// @ts-check
/** Where I write: draft kept, reply and change, content note; Enter sends where there is a keyboard. */
import { the } from "./nodes.js";
import { gist, shortened } from "./quotes.js";

/** @typedef {import("./outbox.js").Draft} Draft */
/** @typedef {import("./protocol.js").Refused} Refused */
/** @typedef {(draft: Draft) => void} Send */
/** @typedef {(seq: number, text: string, note: string) => void} Change */

export class Composer {
  /** What is being changed, if anything. @type {number | null} */
  #changing = null;
  /** @type {number | null} */
  #answering = null;
  #answered = "";
  /** @type {Send} */
  #onSend = () => {};
  /** @type {Change} */
  #onChange = () => {};

  /**
   * @param {HTMLElement} room
   * @param {import("./outbox.js").Outbox} outbox
   */
  constructor(room, outbox) {
    this.room = room;
    this.outbox = outbox;
    this.form = the(HTMLFormElement, "form.comp", room);
    this.box = the(HTMLTextAreaElement, "textarea", this.form);
    this.note = the(HTMLInputElement, "#note", this.form);
    this.wants = the(HTMLSelectElement, "#wants", this.form);
    this.expires = the(HTMLSelectElement, "#expires", this.form);
    this.extras = the(HTMLInputElement, "#extras", this.form);
    this.banner = the(HTMLElement, ".answering", this.form);
    this.refusal = the(HTMLElement, ".refusal", this.form);
    this.#takeOver();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form.addEventListener("input", () => this.#keep());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    the(HTMLElement, "[data-do=cancel]", this.form).addEventListener("click", (event) => {
      event.preventDefault();
      this.#calm();
      this.box.focus();
    });
  }

  /** @param {Send} send */
  onSend(send) {
    this.#onSend = send;
  }

  /** @param {Change} change */
  onChange(change) {
    this.#onChange = change;
  }

  /** What the page was made with (a refused post, a reply, a change) goes before what this tab kept. */
  #takeOver() {
    const change = /\/messages\/(\d+)$/.exec(this.form.action);
    const reply = the(HTMLInputElement, "[name=reply_to]", this.form).value;
    if (change) this.#changing = Number(change[1]);
    if (reply) this.#answering = Number(reply);
    const draft = this.outbox.draft;
    if (!draft || this.box.value || change) return;
    this.fill(draft);
  }

  /** @param {Draft} draft */
  fill(draft) {
    this.box.value = draft.text;
    this.note.value = draft.note;
    this.wants.value = draft.wants;
    this.expires.value = draft.expires;
    this.extras.checked = Boolean(draft.note || draft.wants || draft.expires);
    if (draft.reply_to && !this.#answering) {
      const article = this.room.querySelector(`article[data-seq="${draft.reply_to}"]`);
      this.#answer(draft.reply_to, article ? inOneLine(article) : draft.who);
      if (article?.matches(".gone")) this.#answerNothing();
    }
    this.#keep();
  }

  /** @param {HTMLElement} article */
  reply(article) {
    this.#calm();
    this.#answer(Number(article.dataset["seq"]), inOneLine(article));
    this.#keep();
    this.box.focus();
  }

  /**
   * What I answer was changed, or taken back: then I answer nothing, and keep what I wrote.
   *
   * @param {number} seq
   * @param {Element | null} article as it is now; none if it was taken back
   */
  restate(seq, article) {
    if (this.#answering !== seq) return;
    if (article) this.#answer(seq, inOneLine(article));
    else this.#answerNothing();
    this.#keep();
  }

  /** @param {number} seq @param {string} text @param {string} note */
  edit(seq, text, note) {
    this.#calm();
    this.#changing = seq;
    this.#show(this.banner.dataset["edit"] ?? "");
    this.box.value = text;
    this.note.value = note;
    this.extras.checked = Boolean(note);
    this.box.focus();
  }

  /** @param {Pick<Refused, "message" | "help">} refused */
  refuse(refused) {
    the(HTMLElement, ".words", this.refusal).textContent = refused.message;
    the(HTMLElement, "a", this.refusal).hidden = !refused.help;
    this.refusal.hidden = false;
  }

  /** The change is on disk: back to writing something new, with the draft that was there before. */
  changed() {
    this.#calm();
  }

  #send() {
    const text = this.box.value.trim();
    if (!text) return;
    this.refusal.hidden = true;
    if (this.#changing !== null) {
      this.#onChange(this.#changing, text, this.note.value.trim());
      return;
    }
    const draft = { ...this.#draft(), text };
    this.outbox.draft = null;
    this.#answering = null;
    this.#empty();
    this.#onSend(draft);
    this.box.focus();
  }

  /** @returns {Draft} */
  #draft() {
    const [text, note, wants] = [this.box.value, this.note.value.trim(), this.wants.value];
    const [expires, reply_to] = [this.expires.value, this.#answering];
    return { text, note, wants, expires, reply_to, who: this.#answered };
  }

  #keep() {
    if (this.#changing !== null) return;
    const draft = this.#draft();
    this.outbox.draft = draft.text || draft.note || draft.reply_to ? draft : null;
  }

  /** Neither answering nor changing. A draft that a change had pushed aside comes back. */
  #calm() {
    const wasChanging = this.#changing !== null;
    this.#changing = this.#answering = null;
    this.banner.hidden = true;
    this.refusal.hidden = true;
    if (!wasChanging) {
      this.#keep();
      return;
    }
    this.#empty();
    const draft = this.outbox.draft;
    if (draft) this.fill(draft);
  }

  #empty() {
    this.box.value = this.note.value = this.wants.value = this.expires.value = "";
    this.extras.checked = false;
    this.banner.hidden = true;
  }

  /** @param {number} seq @param {string} who */
  #answer(seq, who) {
    this.#answering = seq;
    this.#answered = who;
    this.#show(`${this.banner.dataset["reply"]} ${who}`);
  }

  #answerNothing() {
    this.#answering = null;
    this.#answered = "";
    this.banner.hidden = true;
    the(HTMLElement, ".quote", this.banner).textContent = "";
  }

  /** @param {string} words */
  #show(words) {
    the(HTMLElement, ".quote", this.banner).textContent = words;
    this.banner.hidden = false;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    this.#send();
  }
}

/** Who said it and what it says, for what is being answered. @param {Element} article */
function inOneLine(article) {
  const who = article.querySelector(".msg-who")?.textContent ?? "";
  return `${who}: ${shortened(gist(article))}`;
}
