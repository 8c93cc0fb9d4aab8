// @ts-check
/** J and K move through the queue, C takes. Who does not want single keys turns them off. */

const KEPT = "desk-keys";

/**
 * @param {HTMLElement | null} queue
 * @param {string} at the line that is open beside it
 */
export function listenForKeys(queue, at) {
  const toggle = document.getElementById("keys");
  let on = kept() !== "off";
  const show = () => {
    toggle?.setAttribute("aria-pressed", String(on));
    toggle?.closest(".q-keys")?.classList.toggle("off", !on);
  };
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      on = !on;
      keep(on ? "on" : "off");
      show();
    });
  }
  show();
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (target.matches("input, textarea, select")) return;
    if (event.key === "j") move(queue, 1);
    else if (event.key === "k") move(queue, -1);
    else if (event.key === "c") take(at);
  });
}

/** Moves through the queue. @param {HTMLElement | null} queue @param {number} step */
function move(queue, step) {
  const links = /** @type {HTMLElement[]} */ ([...(queue?.querySelectorAll("a.q-item, button.q-item") ?? [])]);
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const current = at < 0 ? links.findIndex((link) => link.hasAttribute("aria-current")) : at;
  const next = at < 0 && current < 0 ? 0 : current + step;
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}

/** Takes the one in the queue that has the focus, or the one that is open. @param {string} at */
function take(at) {
  const link = document.activeElement?.closest("a.q-item[data-key]");
  if (link instanceof HTMLElement && link.dataset["key"] !== at) {
    const address = link.dataset["take"];
    if (!address) return;
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    document.body.append(form);
    form.requestSubmit();
    return;
  }
  /** @type {HTMLElement | null} */ (document.querySelector('[data-key="c"]'))?.click();
}

/** What was chosen in this browser; where nothing may be kept, keys are on. */
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {string} what */
function keep(what) {
  try {
    localStorage.setItem(KEPT, what);
  } catch {
    // It holds for this page, then.
  }
}
