// @ts-check
/** Lets this browser be called: it is asked for an address, which goes into the page's own form. */
import { the } from "./nodes.js";

const PATIENCE = 10_000;
const form = the(HTMLFormElement, "#device");

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
  the(HTMLElement, "#no-push").hidden = true;
  form.addEventListener("submit", (event) => {
    if (the(HTMLInputElement, "[name=endpoint]", form).value) return;
    event.preventDefault();
    void subscribe();
  });
}

async function subscribe() {
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      complain(form.dataset.no);
      return;
    }
    const worker = await Promise.race([navigator.serviceWorker.ready, late()]);
    const given = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: form.dataset.key,
    });
    const { endpoint = "", keys = {} } = given.toJSON();
    const { p256dh = "", auth = "" } = keys;
    for (const [name, value] of Object.entries({ endpoint, p256dh, auth })) {
      the(HTMLInputElement, `[name=${name}]`, form).value = value;
    }
    form.submit();
  } catch {
    complain(form.dataset.lost);
  }
}

/** Where a browser keeps no worker, the one that is waited for never comes. @returns {Promise<never>} */
function late() {
  return new Promise((_, no) => setTimeout(no, PATIENCE));
}

/** @param {string | undefined} words */
function complain(words) {
  const error = the(HTMLElement, ".error", form);
  error.textContent = words ?? "";
  error.hidden = false;
}
