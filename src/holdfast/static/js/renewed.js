// @ts-check
/** A card put in the place of the old one: what is open stays open, what is read stays read. */

/**
 * False where somebody is writing in one of its forms: then nothing is touched.
 *
 * @param {HTMLElement} old
 * @param {DocumentFragment} fresh
 */
export function renewed(old, fresh) {
  const card = fresh.querySelector(".card-cols");
  if (!(card instanceof HTMLElement)) return true;
  if ([...old.querySelectorAll("input, textarea, select")].some(isTouched)) return false;
  for (const one of old.querySelectorAll("details[open]")) twin(one, card)?.setAttribute("open", "");
  for (const one of old.querySelectorAll(".hit.shown")) card.querySelector(`#${one.id}`)?.replaceWith(one);
  const where = old.contains(document.activeElement) ? sign(document.activeElement) : "";
  card.dataset["fresh"] = "";
  old.replaceWith(card);
  if (where) again(card, where)?.focus();
  return true;
}

/** Whether it holds the focus or something else than the page came with. @param {Element} field */
function isTouched(field) {
  if (field === document.activeElement) return true;
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected && one.index > 0);
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
    ? field.value !== field.defaultValue
    : false;
}

/** The same fold in the new card. @param {Element} fold @param {Element} card */
function twin(fold, card) {
  const words = fold.querySelector("summary")?.textContent;
  return [...card.querySelectorAll("details")].find(
    (one) => one.querySelector("summary")?.textContent === words,
  );
}

/** What stands for an element in both cards: where it leads, and what it says. @param {Element | null} one */
function sign(one) {
  if (!one) return "";
  const leads = one.getAttribute("href") ?? one.closest("form")?.getAttribute("action") ?? one.id;
  return `${one.tagName} ${leads} ${one.textContent}`;
}

/** The same element in the new card; the heading where it is gone. @param {HTMLElement} card @param {string} where */
function again(card, where) {
  const all = /** @type {HTMLElement[]} */ ([...card.querySelectorAll("a, button, summary, h1, li")]);
  return all.find((one) => sign(one) === where) ?? card.querySelector("h1");
}
