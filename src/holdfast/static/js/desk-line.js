// @ts-check
/** Whether what the desk shows is from now. While it is not, it says so and nothing can be sent. */

const LATE = 12_000; // the desk asks every ten seconds; an answer may take two
const lost = document.getElementById("lost");
let heard = Date.now();

/** The page is as things stand. */
export function fresh() {
  heard = Date.now();
  away(false);
}

/** Whether nothing has come for longer than it should. */
export function isLate() {
  return !document.hidden && Date.now() - heard > LATE;
}

/** Says that the connection is gone, or that it is back. @param {boolean} is */
export function away(is) {
  if (!lost || lost.hidden === !is) return;
  lost.hidden = !is;
  document.body.classList.toggle("is-away", is);
}

/** A form that is sent while nothing answers would take what was typed with it. */
document.addEventListener("submit", (event) => {
  if (lost?.hidden === false) {
    event.preventDefault();
    lost.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) heard = Math.max(heard, Date.now() - LATE + 4_000);
});
