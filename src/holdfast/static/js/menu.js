// @ts-check
/** What one can do with a message that is there: respond, reply, change, take back. */
import { nodes, pattern, the } from "./nodes.js";
import { newNonce } from "./outbox.js";
import { reach } from "./rove.js";
import { written } from "./times.js";

/** @typedef {import("./protocol.js").Response} Response */
/** @typedef {Partial<Record<Response, number>>} Counts */
/** @typedef {import("./voice.js").Voice} Voice */

const EDIT_WITHIN = 15 * 60_000;

export class Menu {
  /**
   * @param {import("./log.js").Log} log
   * @param {import("./composer.js").Composer} composer
   * @param {Voice} voice
   */
  constructor(log, composer, voice) {
    this.log = log;
    this.composer = composer;
    this.voice = voice;
    log.list.addEventListener("toggle", (event) => this.#toggled(event), true);
    log.list.addEventListener("focusin", (event) => this.#reached(event));
    log.list.addEventListener("click", (event) => this.#clicked(event));
    log.list.addEventListener("keydown", (event) => this.#pressed(event));
    document.addEventListener("click", (event) => this.#closeOthers(event.target));
  }

  /** Its menu is there before the button is pressed, for who goes by keyboard. @param {Event} event */
  #reached(event) {
    const act = event.target instanceof Element ? event.target.closest("summary")?.parentElement : null;
    if (act?.matches(".act")) this.#fill(act);
  }

  /** @param {Element} act */
  #fill(act) {
    const article = act.closest("article");
    if (article && !act.querySelector(".menu")) act.append(this.#filled(article));
  }

  /** @param {Event} event */
  #toggled(event) {
    const act = event.target;
    if (!(act instanceof HTMLDetailsElement) || !act.open) return;
    if (act.matches(".sure")) act.lastElementChild?.scrollIntoView({ block: "nearest" });
    if (!act.matches(".act")) return;
    this.#fill(act);
    act.querySelector(".menu")?.scrollIntoView({ block: "nearest" });
  }

  /** The menu of a message that came by the line, made from the page's pattern. @param {HTMLElement} article */
  #filled(article) {
    const menu = pattern(article.matches(".me") ? "menu-mine" : "menu-theirs");
    const seq = article.dataset["seq"] ?? "";
    for (const one of [menu, ...menu.querySelectorAll("a, [formaction]")]) {
      for (const name of ["action", "href", "formaction"]) {
        const leads = one.getAttribute(name);
        if (leads) one.setAttribute(name, leads.replace(/(messages\/|y=|t=)0\b/, `$1${seq}`).replace("/-/", `/${article.dataset["seat"]}/`));
      }
    }
    const said = Date.parse(article.querySelector("time")?.dateTime ?? "");
    if (Date.now() - said > EDIT_WITHIN) menu.querySelector("[data-do=edit]")?.remove();
    const given = new Set([...article.querySelectorAll(".rx [aria-pressed=true]")].map(valueOf));
    for (const button of menu.querySelectorAll("[aria-pressed]"))
      press(button, given.has(valueOf(button)));
    return menu;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const control = event.target instanceof Element ? event.target.closest("a, button") : null;
    const article = control?.closest("article[data-seq]");
    if (!control || !(article instanceof HTMLElement)) return;
    const seq = Number(article.dataset["seq"]);
    const room = this.log.slug;
    const nonce = newNonce();
    if (control instanceof HTMLButtonElement && control.name.endsWith("respond")) {
      const response = /** @type {Response} */ (control.value);
      const on = control.name === "respond";
      const undo = (/** @type {unknown} */ refused) =>
        refused && this.#mark(article, response, !on);
      if (this.voice.ask({ do: "respond", room, seq, nonce, response, on }, undo)) {
        event.preventDefault();
        this.#mark(article, response, on);
      }
    } else if (control.matches("[data-do=remove]")) {
      const taken = (/** @type {unknown} */ refused) => refused || this.#tookBack();
      if (this.voice.ask({ do: "remove", room, seq, nonce }, taken)) event.preventDefault();
    } else if (control.matches("[data-do=reply]")) {
      event.preventDefault();
      this.composer.reply(article);
    } else if (control.matches("[data-do=edit]") && control instanceof HTMLAnchorElement) {
      event.preventDefault();
      void this.#edit(seq, control.href);
    } else if (control.matches("[data-unsee]")) {
      event.preventDefault();
      const button = /** @type {HTMLButtonElement} */ (control);
      void import("./unsee.js").then((it) => it.unsee(this.log, article, button, nodes));
    } else return;
    if (!navigator.onLine) event.preventDefault();
    if (event.defaultPrevented) this.#closeOthers(null);
  }

  /** The words as they were typed are asked for: the log shows them formatted. @param {number} seq @param {string} address */
  async #edit(seq, address) {
    try {
      const page = nodes(await (await fetch(address)).text());
      const text = the(HTMLTextAreaElement, "#text", page).value;
      this.composer.edit(seq, text, the(HTMLInputElement, "#note", page).value);
    } catch {
      location.assign(address);
    }
  }

  /** Where my receipt is. Who writes on already is not called away. */
  #tookBack() {
    if (!document.querySelector("#taken-back")) return;
    const note = pattern("taken-back");
    document.querySelector(".unseen-place")?.replaceChildren(note);
    if (document.activeElement !== this.composer.box) note.focus();
  }

  /** Show at once what I gave or took back; the count comes by the line. @param {HTMLElement} article @param {Response} response @param {boolean} on */
  #mark(article, response, on) {
    for (const button of article.querySelectorAll(`button[value="${response}"]`)) press(button, on);
  }

  /** `R` replies to the message one is on, `?` lists the keys. @param {KeyboardEvent} event */
  #pressed(event) {
    const here = event.target;
    if (event.key === "Escape") this.#closeOthers(null);
    if (!(here instanceof HTMLElement) || !here.matches("article")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "r" && here.dataset["seq"]) {
      event.preventDefault();
      this.composer.reply(here);
    } else if (event.key === "?") {
      event.preventDefault();
      const keys = the(HTMLDialogElement, "#keys");
      keys.showModal();
      the(HTMLElement, "#keys-title").focus();
      keys.addEventListener("close", () => here.focus(), { once: true });
    }
  }

  /** @param {EventTarget | null} target */
  #closeOthers(target) {
    for (const act of this.log.list.querySelectorAll(".act[open]")) {
      if (target instanceof Node && act.contains(target)) continue;
      if (act.contains(document.activeElement)) act.querySelector("summary")?.focus();
      act.removeAttribute("open");
    }
  }

  /**
   * The new numbers under a message; what I gave stays marked.
   *
   * @param {number} seq
   * @param {Counts} counts
   */
  count(seq, counts) {
    const article = this.log.find(seq);
    if (!article) return;
    const given = new Set([...article.querySelectorAll("[aria-pressed=true]")].map(valueOf));
    const old = article.querySelector(".rx");
    const row = pattern("rx");
    row.setAttribute(
      "action",
      (row.getAttribute("action") ?? "").replace(/0$/, article.dataset["seq"] ?? ""),
    );
    for (const button of row.querySelectorAll("button")) {
      const number = counts[/** @type {Response} */ (button.value)] ?? 0;
      button.hidden = number === 0;
      the(HTMLElement, ".num", button).textContent = written(number);
      press(button, given.has(button.value));
    }
    const focused = old?.contains(document.activeElement) ? valueOf(document.activeElement) : "";
    this.log.steady(() => {
      if (old) old.replaceWith(row);
      else the(HTMLElement, ".msg-in", article).append(row);
    });
    reach(article, article.tabIndex === 0 ? 0 : -1);
    if (focused)
      /** @type {HTMLElement | null} */ (row.querySelector(`[value="${focused}"]`))?.focus();
  }
}

/** @param {Element | null} button */
function valueOf(button) {
  return button instanceof HTMLButtonElement ? button.value : "";
}

/** @param {Element} button @param {boolean} on */
function press(button, on) {
  if (!(button instanceof HTMLButtonElement)) return;
  button.setAttribute("aria-pressed", String(on));
  button.name = on ? "unrespond" : "respond";
}
