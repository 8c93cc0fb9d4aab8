// @ts-check
/**
 * How many replies a message of a circle has, kept right while replies arrive.
 *
 * Each reply stands in the talk with the line it answers; the one it answers leads to the thread.
 */

const log = document.querySelector(".log-in");
const pattern = document.querySelector("template#replies");

/** @param {Element} article */
function count(article) {
  if (article.classList.contains("wait") || article.hasAttribute("data-counted")) return;
  const answers = article.querySelector("a.quote")?.getAttribute("href")?.slice(1);
  const first = answers ? document.getElementById(answers) : null;
  if (!first || !(pattern instanceof HTMLTemplateElement)) return;
  article.setAttribute("data-counted", "");
  let link = first.querySelector(".thread-of a");
  if (!link) {
    first.querySelector(".msg-in")?.append(pattern.content.cloneNode(true));
    link = first.querySelector(".thread-of a");
    link?.setAttribute("href", `${location.pathname}/threads/${answers?.slice(1)}`);
  }
  const number = Number(link?.getAttribute("data-replies") ?? 0) + 1;
  link?.setAttribute("data-replies", `${number}`);
  const words = link?.querySelector("span");
  const { one = "", many = "" } = pattern.dataset;
  if (words) words.textContent = number === 1 ? one : many.replace("#", `${number}`);
}

if (log) {
  for (const there of log.querySelectorAll("article")) there.setAttribute("data-counted", "");
  const newest = () => Math.max(0, ...Array.from(log.querySelectorAll("article.msg[id]"), seq));
  const from = newest();
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const one of change.addedNodes)
        if (one instanceof HTMLElement && one.matches("article.msg[id]") && seq(one) > from) count(one);
  }).observe(log, { childList: true });
}

/** @param {Element} article */
function seq(article) {
  return Number(article.id.slice(1)) || 0;
}
