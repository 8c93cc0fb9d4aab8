// @ts-check
/** My words between Send and the room: shown at once, marked until they are there, given back if not. */
import { pattern, the } from "./nodes.js";

/** @typedef {import("./protocol.js").Post} Post */
/** @typedef {{ again(nonce: string): void, asIs(nonce: string): void, rewrite(nonce: string): void }} Retry */

export class Waiting {
  /**
   * @param {import("./log.js").Log} log
   * @param {Retry} retry
   */
  constructor(log, retry) {
    this.log = log;
    log.list.addEventListener("click", (event) => {
      const button =
        event.target instanceof Element ? event.target.closest("button[data-do]") : null;
      const bubble = button?.closest(".wait");
      if (!(button instanceof HTMLButtonElement) || !(bubble instanceof HTMLElement)) return;
      const nonce = bubble.dataset["nonce"] ?? "";
      if (button.dataset["do"] === "again") retry.again(nonce);
      else if (button.dataset["do"] === "as-is") retry.asIs(nonce);
      else if (button.dataset["do"] === "rewrite") retry.rewrite(nonce);
      else void copy(button, bubble);
    });
  }

  /** @param {Post} post */
  show(post) {
    const bubble = pattern("waiting");
    bubble.dataset["nonce"] = post.nonce;
    the(HTMLElement, ".words p", bubble).textContent = post.text;
    this.log.list.append(bubble);
    this.log.list.querySelector(".empty")?.setAttribute("hidden", "");
    this.log.toEnd();
  }

  /** @param {string | undefined} nonce @returns {HTMLElement | null} */
  find(nonce) {
    return nonce ? this.log.list.querySelector(`.wait[data-nonce="${nonce}"]`) : null;
  }

  /** @param {string} nonce @param {"sending" | "queued"} how */
  mark(nonce, how) {
    const bubble = this.find(nonce);
    if (!bubble) return;
    const state = the(HTMLElement, ".msg-state span", bubble);
    state.textContent = state.dataset[how] ?? "";
    the(HTMLElement, ".msg-state", bubble).hidden = false;
    the(HTMLElement, ".note", bubble).hidden = true;
  }

  /** @param {string} nonce @param {string} why @param {string} [code] */
  giveBack(nonce, why, code = "") {
    const bubble = this.find(nonce);
    if (!bubble) return;
    this.log.steady(() => {
      the(HTMLElement, ".why", bubble).textContent = why;
      const stays = code === "contact_detail" || code === "quiet"; // the same words come back again
      the(HTMLElement, "[data-do=as-is]", bubble).hidden = !(this.log.open && stays);
      the(HTMLElement, "[data-do=again]", bubble).hidden = stays;
      the(HTMLElement, ".msg-state", bubble).hidden = true;
      the(HTMLElement, ".note", bubble).hidden = false;
    });
  }
}

/** @param {HTMLButtonElement} button @param {HTMLElement} bubble */
async function copy(button, bubble) {
  try {
    await navigator.clipboard.writeText(the(HTMLElement, ".words", bubble).textContent ?? "");
    button.textContent = button.dataset["done"] ?? "";
  } catch {
    getSelection()?.selectAllChildren(the(HTMLElement, ".words", bubble));
  }
}
