// @ts-check
/** After a talk: a line to keep, on this device alone. "Leave now" throws it away with the rest. */
import { the } from "./nodes.js";

const KEPT = "line-to-keep";

/** @param {HTMLElement} place */
function begin(place) {
  const box = the(HTMLTextAreaElement, "textarea", place);
  const keep = the(HTMLButtonElement, "[data-do=keep]", place);
  const forget = the(HTMLButtonElement, "[data-do=forget]", place);
  const says = the(HTMLElement, "[role=status]", place);

  /** @param {"kept" | "gone" | "cannot"} what */
  const say = (what) => {
    says.textContent = says.dataset[what] ?? "";
    forget.hidden = !localStorage.getItem(KEPT);
  };

  box.value = localStorage.getItem(KEPT) ?? "";
  forget.hidden = !box.value;
  keep.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT, box.value.trim());
      say("kept");
    } catch {
      say("cannot");
    }
  });
  forget.addEventListener("click", () => {
    localStorage.removeItem(KEPT);
    box.value = "";
    say("gone");
    box.focus();
  });
  place.hidden = false;
}

const place = document.querySelector("#keep-line");
const isShared = document.documentElement.dataset["shared"] !== undefined;
if (place instanceof HTMLElement && !isShared) begin(place); // what others use keeps nothing
