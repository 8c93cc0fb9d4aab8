// @ts-check
/** In a talk of two: whether the other one's page is open, looked at again while mine is. */

const EVERY = 15_000;

/** The room looks at what stands under its name, as when something there has changed. */
function look() {
  const room = /** @type {(Element & { hear?(event: { event: "meeting" }): void }) | null} */ (
    document.querySelector("hf-room")
  );
  if (!document.hidden) room?.hear?.({ event: "meeting" });
}

// Whoever has just come shows as away until their own line is there.
const here = document.querySelector("#fitted > [data-part=here]");
let people = here?.childElementCount ?? 0;
const counted = new MutationObserver(() => {
  const now = here?.childElementCount ?? 0;
  if (now > people) setTimeout(look, 2_000);
  people = now;
});
if (here) counted.observe(here, { childList: true });

// On a phone what was asked for makes way for the words as soon as somebody writes.
document.querySelector("#text")?.addEventListener("focus", () => {
  if (matchMedia("(max-width: 30rem)").matches) document.querySelector("details.asked")?.removeAttribute("open");
});

setInterval(look, EVERY);
setTimeout(look, 2_000); // whoever came a moment ago is there by then
