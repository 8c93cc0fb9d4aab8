// @ts-check
/**
 * A room: a page that works by itself, made quick. The server renders every message once; here they
 * are placed, kept in order and announced; what I say is shown and said again until it is on disk.
 */
import "./page.js";
import { Announcer } from "./announce.js";
import { Care } from "./care.js";
import { Composer } from "./composer.js";
import { offerCovers } from "./cover.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { nodes, pattern, the } from "./nodes.js";
import { Outbox } from "./outbox.js";
import { gist, jumpToPin, requote } from "./quotes.js";
import { written } from "./times.js";
import { Voice } from "./voice.js";

/** @typedef {import("./protocol.js").LiveEvent} LiveEvent */

const TYPING_SHOWN = 6000;
const CALLED = 700; // until somebody is called for words that were refused

class Room extends HTMLElement {
  #unseen = 0;
  #seen = 0;
  #typing = 0;

  // Module scripts run after parsing, so what the server rendered is already here.
  log = new Log(this);
  announcer = new Announcer(the(HTMLElement, "#say"));
  outbox = new Outbox(this.log.slug);
  composer = new Composer(this, this.outbox);
  offline = the(HTMLElement, ".offline", this);
  jump = the(HTMLElement, ".jump", this);
  guide = the(HTMLElement, "#guide");
  line = new Line(
    {
      room: this.log.slug,
      since: Number(this.getAttribute("head")),
      epoch: this.getAttribute("epoch") ?? "",
      locale: document.documentElement.lang,
    },
    this,
  );
  voice = new Voice(this.log, this.outbox, this.composer, this.line);
  menu = new Menu(this.log, this.composer, this.voice);
  care = new Care(this.log);

  connectedCallback() {
    offerCovers(the(HTMLFormElement, "form.cover"), this.log.list);
    this.log.scroller.addEventListener("scroll", () => this.#look(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#look());
    jumpToPin(this.guide, this.log);
    this.jump.addEventListener("click", (event) => {
      event.preventDefault();
      this.log.toEnd();
      this.#look();
    });
    this.line.open();
  }

  /** @param {LiveEvent} event */
  hear(event) {
    switch (event.event) {
      case "live":
        this.offline.hidden = true;
        this.voice.sayWhatWaits();
        this.#look();
        break;
      case "posted":
        this.#arrive(event);
        break;
      case "accepted":
        this.voice.accepted(event.nonce, event.seq);
        break;
      case "refused":
        this.voice.refused(event);
        if (event.help) setTimeout(() => void this.care.refresh(), CALLED);
        break;
      case "edited":
        this.#replace(event.of, event.html);
        if (this.guide.querySelector(`a[data-seq="${event.of}"]`)) this.#showState();
        break;
      case "removed":
        this.#takeAway(event.of, event.by);
        break;
      case "responded":
        this.menu.count(event.of, event.counts);
        break;
      case "listening":
        void import("./called.js").then((it) => it.hear(event, this.log, { nodes, pattern, the }));
        break;
      case "room_changed":
      case "meeting":
        this.#showState();
        break;
      case "held":
        this.voice.held(event.nonce);
        void this.care.refresh();
        break;
      case "returned":
      case "hushed":
        void this.care.refresh();
        break;
      case "care":
        void this.care.offer(event.level);
        break;
      case "note":
        this.care.note(event);
        break;
      case "presence":
        this.#showHere(event.here);
        break;
      case "typing":
        this.#showTyping(true);
        break;
      case "reset":
        loadAnew();
        break;
    }
  }

  #showState() {
    void import("./state.js").then((it) => it.showState(this.log.slug, { nodes, the }));
  }

  /** The line dropped; it tries again by itself. */
  lost() {
    this.offline.hidden = false;
    this.voice.lost();
  }

  /** The page says what happened, and how to come in again; drafts stay in the tab. */
  signedOut() {
    loadAnew();
  }

  /** @param {import("./protocol.js").Posted} event */
  #arrive(event) {
    const article = nodes(event.html).querySelector("article");
    if (!article || this.log.find(event.seq)) return;
    const mine = this.querySelector(`.wait:is([data-nonce="${event.nonce}"], [data-accepted="${event.seq}"])`);
    const away = !this.log.nearEnd;
    const focused = mine?.contains(document.activeElement);
    this.log.steady(() => mine?.remove());
    this.log.list.querySelector(".empty")?.setAttribute("hidden", "");
    this.log.place(article);
    this.#quoteAsItIs(article);
    if (focused) article.focus();
    if (event.nonce) this.outbox.drop(event.nonce);
    if (event.author.seat === this.log.seat) return;
    this.#showTyping(false);
    this.announcer.say(event.seq, `${event.author.pseudonym}: ${gist(article)}`);
    if (away) this.#count(this.#unseen + 1);
    else this.#look();
  }

  /** What it answers may have changed while it was on its way. @param {HTMLElement} article */
  #quoteAsItIs(article) {
    const seq = Number(article.querySelector("a.quote")?.getAttribute("href")?.slice(2));
    const answered = seq ? this.log.find(seq) : null;
    if (answered) requote(article, seq, answered.matches(".gone") ? null : answered);
  }

  /** @param {number} seq @param {string} html @param {boolean} [own] asked for with my own key already */
  #replace(seq, html, own = false) {
    const old = this.log.find(seq);
    const article = /** @type {HTMLElement | null} */ (nodes(html).querySelector(`article[data-seq="${seq}"]`));
    if (!article) return;
    if (article.matches("[data-private]") && !own)
      return void import("./opened.js").then((it) => it.opened(this.log, seq, (now) => this.#replace(seq, now, true)));
    this.log.steady(() => requote(this.log.list, seq, article));
    this.composer.restate(seq, article);
    const who = article.querySelector(".msg-who")?.textContent;
    if (this.announcer.unsay(seq)) this.announcer.say(seq, `${who}: ${gist(article)}`);
    if (!old) return;
    const responses = old.querySelector(".rx");
    const focused = old.contains(document.activeElement);
    article.classList.toggle("same", old.matches(".same"));
    this.log.settle(article);
    article.querySelector(".rx")?.remove();
    if (responses) the(HTMLElement, ".msg-in", article).append(responses);
    if (old.querySelector("details.cw[open]"))
      article.querySelector("details.cw")?.setAttribute("open", "");
    this.log.steady(() => old.replaceWith(article));
    if (focused) article.focus();
  }

  /** @param {number} seq @param {"author" | "moderator"} by */
  #takeAway(seq, by) {
    this.announcer.unsay(seq);
    this.log.steady(() => requote(this.log.list, seq, null));
    this.composer.restate(seq, null);
    const article = this.log.find(seq);
    if (!article) return;
    const gone = pattern("gone");
    gone.textContent = gone.dataset[by] ?? "";
    const focused = article.contains(document.activeElement);
    this.log.steady(() => {
      article.classList.add("gone");
      the(HTMLElement, ".bub-row", article).replaceChildren(gone);
      article.querySelector(".rx")?.remove();
    });
    if (focused) article.focus();
  }

  /** At the end with the page in view, everything is read; say so, and only then. */
  #look() {
    if (!this.log.nearEnd) return;
    this.#count(0);
    const last = Number(this.log.articles.at(-1)?.dataset["seq"] ?? 0);
    if (document.hidden || last <= this.#seen) return;
    if (!this.line.say({ do: "seen", room: this.log.slug, seq: last })) return;
    this.#seen = last;
    document.querySelector(".rail [aria-current] .badge")?.remove();
  }

  /** @param {number} unseen */
  #count(unseen) {
    this.#unseen = unseen;
    this.jump.hidden = unseen === 0;
    const words = the(HTMLElement, "span", this.jump);
    const { one = "", many = "" } = words.dataset;
    words.textContent = unseen === 1 ? one : many.replace("#", written(unseen));
  }

  /** @param {number | null} here none below five */
  #showHere(here) {
    const place = the(HTMLElement, "#here");
    const { few = "", many = "" } = place.dataset;
    place.textContent = here === null ? few : many.replace("#", written(here));
  }

  /** @param {boolean} on */
  #showTyping(on) {
    const line = the(HTMLElement, ".typing", this);
    line.textContent = on ? (line.dataset["words"] ?? "") : "";
    clearTimeout(this.#typing);
    if (on) this.#typing = setTimeout(() => this.#showTyping(false), TYPING_SHOWN);
  }
}

/** Unless somebody is just leaving: ending the session must not bring the room back. */
function loadAnew() {
  if (!document.documentElement.hidden) location.reload();
}

customElements.define("hf-room", Room);
