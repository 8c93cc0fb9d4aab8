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
  /** @type {string[]} */
  #waiting = [];
  #timer = 0;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} words */
  say(words) {
    this.#waiting.push(words);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#speak(), GATHER);
  }

  #speak() {
    const words = this.#waiting.splice(0);
    const line = document.createElement("p");
    line.textContent =
      words.length > FEW
        ? (this.region.dataset["many"] ?? "").replace("#", written(words.length))
        : words.join(". ");
    this.region.append(line);
    while (this.region.children.length > KEPT) this.region.firstElementChild?.remove();
  }
}
