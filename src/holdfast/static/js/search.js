// @ts-check
/**
 * What is found is fetched into the page: so what somebody looked for stands in no address and in no
 * step back, and a browser keeps nothing of it. Without scripts the form is sent as it is.
 */
import { nodes, the } from "./nodes.js";

const form = the(HTMLFormElement, "form[role=search]");
const words = the(HTMLInputElement, "#q");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void look();
});

/** Ask, and put what was found in the place of what was there. */
async function look() {
  const asked = new URLSearchParams({ q: words.value });
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: asked });
    const found = the(HTMLElement, "#found", nodes(await answer.text()));
    the(HTMLElement, "#found").replaceWith(found);
    the(HTMLElement, "[role=status]", found).focus(); // so that it is read out
  } catch {
    form.submit(); // the browser then shows what is the matter
  }
}
