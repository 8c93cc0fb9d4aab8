// @ts-check
/**
 * Passkeys: asks the browser for one, or to make one, and sends its answer on.
 *
 * Each `[data-passkey]` holds a button. It is shown only where it can work; elsewhere the page says
 * what to do instead.
 */

/** @param {ArrayBuffer} bytes */
function asText(bytes) {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text */
function asBytes(text) {
  const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** @param {{ id: string, type: "public-key", transports?: AuthenticatorTransport[] }[]} list */
function known(list) {
  return list.map((one) => ({ ...one, id: asBytes(one.id) }));
}

/**
 * Ask the device, by its own dialogue.
 * @param {string} does
 * @param {any} asked
 */
async function credentialFor(does, asked) {
  const challenge = asBytes(asked.challenge);
  if (does === "create") {
    const user = { ...asked.user, id: asBytes(asked.user.id) };
    const excludeCredentials = known(asked.excludeCredentials ?? []);
    const publicKey = { ...asked, challenge, user, excludeCredentials };
    return navigator.credentials.create({ publicKey });
  }
  const allowCredentials = known(asked.allowCredentials ?? []);
  return navigator.credentials.get({ publicKey: { ...asked, challenge, allowCredentials } });
}

/** @param {PublicKeyCredential} made */
function written(made) {
  const { response } = made;
  /** @type {Record<string, unknown>} */
  const told = { clientDataJSON: asText(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    told["attestationObject"] = asText(response.attestationObject);
    told["transports"] = response.getTransports?.() ?? [];
  } else if (response instanceof AuthenticatorAssertionResponse) {
    told["authenticatorData"] = asText(response.authenticatorData);
    told["signature"] = asText(response.signature);
    if (response.userHandle) told["userHandle"] = asText(response.userHandle);
  }
  return { id: made.id, rawId: asText(made.rawId), type: made.type, response: told };
}

/** A refusal of the server, in its own words. */
class Refused extends Error {}

/**
 * @param {string} address
 * @param {unknown} body
 */
async function sent(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.detail);
  return told;
}

/** @param {HTMLElement} part */
async function carryOut(part) {
  const { passkey = "get", to = "", back = "" } = part.dataset;
  const label = part.querySelector("input")?.value ?? "";
  const asked = await sent(`${to}/options`, {});
  const made = await credentialFor(passkey, asked);
  if (!(made instanceof PublicKeyCredential)) throw new DOMException("none", "NotAllowedError");
  const told = await sent(to, { credential: written(made), label, back });
  location.assign(told.go);
}

/** One device makes one passkey for a person: asked for a second, it says so. @param {DOMException} error */
function wordsFor(error) {
  return error.name === "InvalidStateError" ? "there" : "refused";
}

/** @param {HTMLElement} part */
function prepare(part) {
  const button = part.querySelector("button");
  const problem = part.querySelector("[role=alert]");
  if (!button || !(problem instanceof HTMLElement)) return;
  part.hidden = false;
  button.addEventListener("click", async () => {
    problem.hidden = true;
    button.disabled = true;
    try {
      await carryOut(part);
    } catch (error) {
      if (error instanceof Refused) problem.textContent = error.message;
      else if (error instanceof DOMException) problem.textContent = part.dataset[wordsFor(error)] ?? "";
      else problem.textContent = part.dataset["lost"] ?? "";
      problem.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const part of document.querySelectorAll("[data-passkey]")) {
    if (part instanceof HTMLElement) prepare(part);
  }
} else {
  for (const line of document.querySelectorAll("[data-no-passkeys]")) line.removeAttribute("hidden");
}
