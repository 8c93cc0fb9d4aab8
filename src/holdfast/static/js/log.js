// @ts-check
/**
 * The messages on the page: in the server's order, with the reading place kept.
 *
 * It sticks to the newest only for somebody who is there already. Nothing that arrives, changes or is
 * fetched moves the line a person is reading (Safari has no scroll anchoring, so we do it everywhere).
 */
import { showWhatIsOpened, uncover } from "./cover.js";
import { nodes, the } from "./nodes.js";
import { reach, rove } from "./rove.js";
import { dayInWords, dayOf, localTimes } from "./times.js";

const KEPT = 160;
const NEAR = 90;
const EARLY = 400;
const TOGETHER = 5 * 60_000;

export class Log {
  #atEnd = true;
  #fetching = false;
  #complete = false;

  /** @param {HTMLElement} room the `hf-room` element */
  constructor(room) {
    this.slug = room.getAttribute("room") ?? "";
    this.open = room.getAttribute("kind") === "open";
    this.seat = room.getAttribute("seat") ?? "";
    this.zone = room.getAttribute("zone") || "UTC";
    this.scroller = the(HTMLElement, ".log", room);
    this.list = the(HTMLElement, ".log-in", room);
    this.words = the(HTMLElement, "#words").dataset;
    this.settle(this.list);
    this.#complete = !this.list.querySelector(".earlier");
    this.list.querySelector(".earlier")?.remove();
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.scroller);
    rove(this.list);
    showWhatIsOpened(this.list);
    this.#start();
  }

  #start() {
    const mark = this.list.querySelector("#new");
    const last = this.articles.at(-1);
    if (last) reach(last, 0);
    if (location.hash.startsWith("#m") && this.list.querySelector(location.hash)) return;
    if (mark instanceof HTMLElement) {
      this.scroller.scrollTop =
        mark.offsetTop - this.scroller.offsetTop - this.scroller.clientHeight / 3;
      this.#atEnd = this.nearEnd;
    } else this.toEnd();
  }

  /** @returns {HTMLElement[]} those with a place, oldest first */
  get articles() {
    return [...this.list.querySelectorAll("article[data-seq]")].filter(
      (found) => found instanceof HTMLElement,
    );
  }

  get nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** @param {number} seq @returns {HTMLElement | null} */
  find(seq) {
    return this.list.querySelector(`article[data-seq="${seq}"]`);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#atEnd = true;
  }

  /**
   * Change something and keep the reading place: the end for who is there, else the line being read.
   *
   * @param {() => void} change
   */
  steady(change) {
    if (this.#atEnd && this.nearEnd) {
      change();
      this.toEnd();
      return;
    }
    const top = this.scroller.getBoundingClientRect().top;
    const anchor = this.articles.find((article) => article.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  /**
   * Put an article where its seq belongs, and let old ones go while the reader is at the end.
   *
   * @param {HTMLElement} article
   */
  place(article) {
    const seq = Number(article.dataset["seq"]);
    this.steady(() => {
      let before = this.list.lastElementChild;
      while (before && !this.#precedes(before, seq)) before = before.previousElementSibling;
      if (before) before.after(article);
      else this.list.prepend(article);
      this.settle(article);
      this.#dayLine(article);
      this.#joinToLast(article);
      if (this.#atEnd) this.#trim();
    });
  }

  /** @param {Element} element @param {number} seq */
  #precedes(element, seq) {
    if (element.matches(".wait")) return false;
    const own = element instanceof HTMLElement ? element.dataset["seq"] : undefined;
    return own === undefined || Number(own) < seq;
  }

  /**
   * Make what the server rendered for everybody mine: times, covers, my own words, one stop for Tab.
   *
   * @param {Element} within
   */
  settle(within) {
    localTimes(within, this.zone);
    uncover(within);
    this.#nameToday(within);
    const articles = within.matches("article")
      ? [within]
      : [...within.querySelectorAll("article[data-seq]")];
    for (const article of articles) {
      if (!(article instanceof HTMLElement)) continue;
      if (article.dataset["seat"] === this.seat) {
        article.classList.add("me");
        the(HTMLElement, ".msg-who", article).textContent = this.words["you"] ?? "";
      }
      reach(article, -1);
    }
  }

  /** @param {Element} within */
  #nameToday(within) {
    const line = within.querySelector(`.day[data-day="${dayOf(new Date(), this.zone)}"]`);
    if (line) line.textContent = this.words["today"] ?? "";
  }

  /** A line with the date, where a new day begins. @param {HTMLElement} article */
  #dayLine(article) {
    const previous = article.previousElementSibling;
    const [before, now] = [previous, article].map((one) => one?.querySelector("time"));
    if (!previous?.matches("article[data-seq]") || !before || !now) return;
    const moment = new Date(now.dateTime);
    const day = dayOf(moment, this.zone);
    if (day === dayOf(new Date(before.dateTime), this.zone)) return;
    const line = document.createElement("div");
    line.className = "day";
    line.dataset["day"] = day;
    line.textContent = dayInWords(moment, this.zone);
    article.before(line);
    this.#nameToday(this.list);
  }

  /** Somebody who says two things in a row is named once. @param {HTMLElement} article */
  #joinToLast(article) {
    const last = article.previousElementSibling;
    if (!(last instanceof HTMLElement) || last.dataset["seat"] !== article.dataset["seat"]) return;
    const [then, now] = [last, article].map((one) =>
      Date.parse(one.querySelector("time")?.dateTime ?? ""),
    );
    if (now !== undefined && then !== undefined && now - then < TOGETHER)
      article.classList.add("same");
  }

  #trim() {
    const extra = this.articles.slice(0, -KEPT);
    for (const article of extra) if (!article.contains(document.activeElement)) article.remove();
    if (extra.length) this.#complete = false;
    const last = this.articles.at(-1);
    if (last && !this.list.querySelector("article[tabindex='0']")) reach(last, 0);
    for (const line of this.list.querySelectorAll(".day + .day"))
      line.previousElementSibling?.remove();
  }

  #scrolled() {
    this.#atEnd = this.nearEnd;
    if (this.scroller.scrollTop < EARLY) void this.#earlier();
  }

  /** More may be read here now than when the page was made. */
  async readOn() {
    this.#complete = false;
    await this.#earlier();
  }

  async #earlier() {
    if (this.#fetching || this.#complete) return;
    const first = this.articles[0];
    const before = first ? `?before=${first.dataset["seq"]}` : "";
    this.#fetching = true;
    this.list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`/rooms/${this.slug}/history${before}`);
      const page = nodes(answer.ok ? await answer.text() : "");
      if (answer.ok && !page.firstElementChild) this.#complete = true;
      const holder = document.createElement("div");
      holder.append(page);
      this.settle(holder);
      this.steady(() => this.#prepend(holder));
    } catch {
      // No connection: the next scroll asks again.
    } finally {
      this.#fetching = false;
      this.list.removeAttribute("aria-busy");
    }
  }

  /** @param {HTMLElement} holder */
  #prepend(holder) {
    for (const known of this.articles) holder.querySelector(`article[data-seq="${known.dataset["seq"]}"]`)?.remove();
    if (holder.querySelector("article")) this.list.querySelector(".empty")?.setAttribute("hidden", "");
    const days = [...holder.querySelectorAll(".day")];
    const last = days.at(-1);
    const next = this.list.querySelector(".day");
    if (last instanceof HTMLElement && next instanceof HTMLElement) {
      if (last.dataset["day"] === next.dataset["day"]) next.remove();
    }
    this.list.prepend(...holder.childNodes);
  }
}
