// @ts-check
/**
 * Looking away from one message, or from a person: done by the page's own form, without leaving it.
 *
 * It comes only when it is first asked for. What makes HTML of words is handed in: there is one such
 * place on a page.
 */

/**
 * @param {import("./log.js").Log} log
 * @param {HTMLElement} article
 * @param {HTMLButtonElement} button
 * @param {(html: string) => DocumentFragment} nodes
 */
export async function unsee(log, article, button, nodes) {
  const note = await done(button, nodes);
  if (!note) {
    button.form?.requestSubmit(button);
    return;
  }
  const seat = article.dataset["seat"];
  const gone = button.dataset["unsee"] === "one" ? [article] : log.articles.filter((one) => one.dataset["seat"] === seat);
  log.steady(() => gone.forEach((one) => takeOut(log.list, one)));
  if (gone.length > 1) document.querySelector(`.who a[href*="/people/${seat}/"]`)?.closest("li")?.remove();
  document.querySelector(".unseen-place")?.replaceChildren(note);
  note.focus();
}

/**
 * The line that says so, with the way back; nothing where it could not be done.
 *
 * @param {HTMLButtonElement} button
 * @param {(html: string) => DocumentFragment} nodes
 */
async function done(button, nodes) {
  try {
    const answer = await fetch(button.formAction, { method: "POST" });
    const note = answer.ok ? nodes(await answer.text()).querySelector("#unseen") : null;
    return note instanceof HTMLElement ? note : null;
  } catch {
    return null;
  }
}

/** With every quote of it; who goes on speaking after it is named again. @param {HTMLElement} list @param {HTMLElement} article */
function takeOut(list, article) {
  const after = article.nextElementSibling;
  if (after instanceof HTMLElement && after.dataset["seat"] === article.dataset["seat"] && !article.matches(".same"))
    after.classList.remove("same");
  for (const quote of list.querySelectorAll(`a.quote[href="#${article.id}"]`)) quote.remove();
  article.remove();
}
