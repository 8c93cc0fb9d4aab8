// @ts-check
/** The care a member gets: who comes, what is held, what came back; drawn by the server, put in anew. */
import { nodes, the } from "./nodes.js";

export class Care {
  #calm = new URLSearchParams(location.search).has("calm");

  /** @param {import("./log.js").Log} log */
  constructor(log) {
    this.log = log;
    this.place = the(HTMLElement, "#care");
    this.place.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("[data-do=not-now]") : null;
      if (!link) return;
      event.preventDefault();
      this.#keep(false);
      link.closest(".care-card")?.remove();
    });
    if (this.#calm && !this.place.querySelector(".care-card")) void this.refresh();
  }

  /** Somebody noticed: the quiet card, or who is coming. @param {string} level */
  async offer(level) {
    this.#keep(level === "watch");
    const stood = this.place.querySelector("#care-title");
    await this.refresh();
    const title = this.place.querySelector("#care-title");
    if (level === "immediate" && !stood && title instanceof HTMLElement) title.focus();
  }

  /** The quiet offer stays in the address, for whoever looks at the help page and comes back. @param {boolean} calm */
  #keep(calm) {
    this.#calm = calm;
    const here = new URL(location.href);
    if (calm) here.searchParams.set("calm", "1");
    else here.searchParams.delete("calm");
    history.replaceState(history.state, "", here);
  }

  /** Put in what the server shows now; whoever is in one of its forms is not disturbed. */
  async refresh() {
    if (this.place.contains(document.activeElement) && document.activeElement?.matches("textarea")) return;
    try {
      const answer = await fetch(`/rooms/${this.log.slug}/care${this.#calm ? "?calm=1" : ""}`);
      if (!answer.ok) return;
      const fresh = the(HTMLElement, "#care", nodes(await answer.text()));
      this.log.steady(() => this.place.replaceChildren(...fresh.childNodes));
    } catch {
      // No connection: the page says so itself; the next change asks again.
    }
  }

  /** A line of the house in the talk. @param {{ seq: number, text: string, html?: string }} event */
  note({ seq, text }) {
    if (this.log.list.querySelector(`[data-seq="${seq}"]`)) return;
    const line = document.createElement("p");
    line.className = "note house-note";
    line.dataset["seq"] = String(seq);
    line.setAttribute("role", "status");
    line.textContent = text;
    this.log.steady(() => this.log.list.append(line));
  }
}
