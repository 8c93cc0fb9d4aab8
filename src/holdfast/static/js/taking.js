// @ts-check
/** Getting the file of my own words: says that it is being made, and how much of it is here. */

/** @param {Response} answer @param {HTMLProgressElement} bar */
async function received(answer, bar) {
  const all = Number(answer.headers.get("content-length"));
  const reader = answer.body?.getReader();
  if (!reader) return answer.blob();
  const parts = [];
  let here = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    here += value.length;
    if (all) bar.value = Math.round((100 * here) / all);
  }
}

/** @param {Blob} file @param {string | null} sent */
function keep(file, sent) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = /filename="([^"]+)"/.exec(sent ?? "")?.[1] ?? "notes.zip.age";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {HTMLFormElement} form */
function begin(form) {
  const said = form.querySelector("[data-taking-said]");
  const bar = form.querySelector("[data-taking-bar]");
  const button = form.querySelector("button");
  if (!(said instanceof HTMLElement) || !(bar instanceof HTMLProgressElement) || !button) return;

  /** @param {string | undefined} words @param {boolean} busy */
  const say = (words, busy) => {
    said.textContent = words ?? "";
    bar.classList.toggle("vh", !busy);
    form.setAttribute("aria-busy", String(busy));
    button.disabled = busy;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) asked.append(name, String(value));
    bar.removeAttribute("value");
    say(said.dataset.making, true);
    try {
      const answer = await fetch(form.action, { method: "POST", body: asked, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      say(said.dataset.coming, true);
      keep(await received(answer, bar), answer.headers.get("content-disposition"));
      say(said.dataset.done, false);
    } catch {
      say(said.dataset.broken, false);
    }
  });
}

for (const form of document.querySelectorAll("form[data-taking]")) {
  if (form instanceof HTMLFormElement) begin(form);
}
