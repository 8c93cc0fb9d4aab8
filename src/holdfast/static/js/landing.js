// @ts-check
/** After a talk: a line to keep, on this device alone. "Leave now" throws it away with the rest. */
const KEPT = "line-to-keep";

/** @param {HTMLElement} place */
function begin(place) {
  const box = place.querySelector("textarea");
  const keep = place.querySelector("[data-do=keep]");
  const forget = place.querySelector("[data-do=forget]");
  const says = place.querySelector("[role=status]");
  if (!box || !keep || !(forget instanceof HTMLElement) || !(says instanceof HTMLElement)) return;

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
