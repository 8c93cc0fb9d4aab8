// @ts-check
/**
 * Tells screen readers what arrived, a little at a time.
 *
 * The log itself is not a live region: readers would read it all again. New words are gathered for a
 * moment and said together; many at once become a number.
 */
import { written } from "./times.js";

const GATHER = 900;
const FEW = 3;
const KEPT = 5;

export class Announcer {
  /** @type {{ seq: number, words: string }[]} */
  #waiting = [];
  #timer = 0;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /** @param {number} seq which message says it @param {string} words */
  say(seq, words) {
    this.#waiting.push({ seq, words });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#speak(), GATHER);
  }

  /**
   * What a message said is not said any more, nor kept here. Whether it was still to be said.
   *
   * @param {number} seq
   */
  unsay(seq) {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((one) => one.seq !== seq);
    for (const line of this.region.querySelectorAll(`[data-seq="${seq}"]`)) line.remove();
    return this.#waiting.length < before;
  }

  #speak() {
    const all = this.#waiting.splice(0);
    const many = (this.region.dataset["many"] ?? "").replace("#", written(all.length));
    for (const { seq, words } of all.length > FEW ? [{ seq: 0, words: many }] : all) {
      const line = document.createElement("p");
      line.dataset["seq"] = String(seq);
      line.textContent = words;
      this.region.append(line);
    }
    while (this.region.children.length > KEPT) this.region.firstElementChild?.remove();
  }
}
