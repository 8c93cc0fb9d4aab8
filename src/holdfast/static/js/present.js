// @ts-check
/**
 * Says that somebody is still at this staff page, and asks when it looks as if nobody were.
 *
 * A sign-in ends after 30 minutes without use. Whoever watches a quiet desk opens no page for longer
 * than that, but moves, scrolls or types now and then; that is use, told once a minute at most.
 */

const TOLD_EVERY = 60_000;
const ASKED_AFTER = 25 * 60_000;
const ENDED_AFTER = 30 * 60_000 + 5_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"];

/** @param {HTMLElement} question */
function watch(question) {
  let told = 0;
  let asking = 0;
  let ending = 0;

  function wait() {
    clearTimeout(asking);
    clearTimeout(ending);
    question.hidden = true;
    asking = setTimeout(() => (question.hidden = false), ASKED_AFTER);
    ending = setTimeout(() => location.reload(), ENDED_AFTER); // nothing stays on the screen
  }

  async function tell() {
    const now = Date.now();
    if (now - told < TOLD_EVERY) return;
    told = now;
    wait();
    try {
      const answer = await fetch("/staff/here", { method: "POST" });
      if (answer.status === 401) location.reload();
    } catch {
      told = 0; // no connection just now: the next sign tells it
    }
  }

  told = Date.now(); // opening this page was use already
  wait();
  for (const sign of SIGNS) {
    document.addEventListener(sign, () => void tell(), { capture: true, passive: true });
  }
}

const question = document.querySelector("[data-present]");
if (question instanceof HTMLElement) watch(question);
