// @ts-check
// Finding a circle: the slider *sooner ↔ closer* in the place of three choices, with its wait.
// Without this the three choices do the same.

const slide = document.querySelector(".slide");
const range = slide?.querySelector('input[type="range"]');
const byHand = slide?.querySelector(".by-hand");
const wait = slide?.querySelector("#wait-now span");

/** The choice that the slider stands for now. @returns {HTMLInputElement | null} */
function chosen() {
  if (!(range instanceof HTMLInputElement) || !byHand) return null;
  return byHand.querySelector(`input[value="${CSS.escape(range.value)}"]`);
}

function show() {
  const choice = chosen();
  if (!choice || !(range instanceof HTMLInputElement)) return;
  choice.checked = true;
  const words = choice.dataset.wait ?? "";
  if (wait) wait.textContent = words;
  const name = choice.closest("label")?.textContent?.trim() ?? "";
  range.setAttribute("aria-valuetext", name);
  for (const hidden of document.querySelectorAll('#wait input[name="closer"]')) {
    if (hidden instanceof HTMLInputElement) hidden.value = range.value;
  }
}

if (range instanceof HTMLInputElement && byHand instanceof HTMLElement) {
  const shown = range.closest(".range");
  if (shown instanceof HTMLElement) shown.hidden = false;
  byHand.hidden = true;
  range.addEventListener("input", show);
  show();
}
