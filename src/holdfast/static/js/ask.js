// @ts-check
/**
 * The sentence somebody asks with: it stays in this tab until they send it, and a way to be reached
 * in it is noticed before it leaves.
 */
import { withoutReach } from "./caution.js";

const DRAFT = "ask";
const MOST = 3;

const form = document.querySelector("#ask");
const words = document.querySelector("#words");
const caution = document.querySelector("#caution");

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} words @param {HTMLElement} caution */
function watch(form, words, caution) {
  if (!words.value) words.value = sessionStorage.getItem(DRAFT) ?? "";
  words.addEventListener("input", () => {
    sessionStorage.setItem(DRAFT, words.value);
    if (!caution.hidden) caution.hidden = withoutReach(words.value) === null;
  });
  form.addEventListener("submit", (event) => {
    if (withoutReach(words.value) === null) return;
    event.preventDefault();
    caution.hidden = false;
    words.focus();
  });
}

/** No more than three at once: the others wait until one is taken back. @param {HTMLFormElement} form */
function atMostThree(form) {
  const boxes = [...form.querySelectorAll("input[name=want]")].filter((one) => one instanceof HTMLInputElement);
  const count = () => {
    const isFull = boxes.filter((one) => one.checked).length >= MOST;
    for (const one of boxes) one.disabled = isFull && !one.checked;
  };
  form.addEventListener("change", count);
  count();
}

if (form instanceof HTMLFormElement) {
  if (words instanceof HTMLTextAreaElement && caution instanceof HTMLElement) watch(form, words, caution);
  atMostThree(form);
}
