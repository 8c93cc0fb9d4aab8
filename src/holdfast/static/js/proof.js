// @ts-check
/**
 * At the door, while it asks: a little work for the device, done while somebody reads.
 *
 * It begins with the promises and goes on from page to page. What is done so far lies in
 * `sessionStorage`, says nothing about anybody, and goes with the tab. Where the device can't do
 * it, the form for waiting instead is there for everyone.
 */

/** @typedef {{ nonce: string, salt: string, cost: number, keyLength: number, keyPrefix: string, data: { tries: number, until: number } }} Asked */
/** @typedef {{ parameters: Asked, signature: string }} Challenge */
/** @typedef {{ challenge: Challenge, next: number, proof: string }} Work */

const KEY = "holdfast-door";
const AT_ONCE = 8;
const SOON = 60_000;
const SLOW = 1_000;

/** @returns {Work | null} */
function remembered() {
  try {
    const work = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return work && work.challenge.parameters.data.until > Date.now() + SOON ? work : null;
  } catch {
    return null;
  }
}

/** @param {Work} work */
function remember(work) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(work));
  } catch {
    // without a place to keep it, the work is done on one page
  }
}

/** @returns {Promise<Work>} */
async function asked() {
  const answer = await fetch("/api/v1/challenge", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error("No work was given.");
  const { parameters, signature } = await answer.json();
  return { challenge: { parameters, signature }, next: 0, proof: "" };
}

/** @param {string} hex */
function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {ArrayBuffer} found */
function hex(found) {
  return Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The key that belongs to one number. @param {Asked} parameters @param {number} number */
async function keyFor(parameters, number) {
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, number);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

/** Try numbers until the one is found. @param {Work} work */
async function solve(work) {
  const { parameters } = work.challenge;
  for (let at = work.next; !work.proof && at < parameters.data.tries; at += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, more) => at + more);
    const keys = await Promise.all(numbers.map((number) => keyFor(parameters, number)));
    const hit = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    work.next = at + AT_ONCE;
    if (hit >= 0) {
      const solution = { counter: numbers[hit], derivedKey: keys[hit] };
      work.proof = btoa(JSON.stringify({ challenge: work.challenge, solution }));
    }
    remember(work);
  }
  if (!work.proof) throw new Error("There was no such number.");
  return work.proof;
}

/** Say how far it is, where there is a place for it. @param {"working" | "slow" | "done" | "cannot"} what */
function say(what) {
  const place = document.getElementById("proof-says");
  if (!place) return;
  place.textContent = place.dataset[what] ?? "";
  place.hidden = false;
}

async function work() {
  if (!globalThis.crypto?.subtle) return say("cannot");
  const field = document.getElementById("proof");
  const form = field?.closest("form");
  let waits = false;
  form?.addEventListener("submit", (event) => {
    const code = form.querySelector("#invitation");
    const invited = code instanceof HTMLInputElement && code.value.trim() !== "";
    if (invited || !(field instanceof HTMLInputElement) || field.value) return;
    event.preventDefault();
    waits = true;
    say("working");
  });
  const slow = setTimeout(() => say("slow"), SLOW);
  try {
    say("working");
    const proof = await solve(remembered() ?? (await asked()));
    clearTimeout(slow);
    say("done");
    if (!(field instanceof HTMLInputElement)) return;
    field.value = proof;
    sessionStorage.removeItem(KEY);
    if (waits) form?.requestSubmit();
  } catch {
    clearTimeout(slow);
    say("cannot");
    sessionStorage.removeItem(KEY);
    if (field instanceof HTMLInputElement) field.value = "none";
  }
}

void work();
