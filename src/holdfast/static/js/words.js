// @ts-check
/** Six words that came with a scanned address: into their field, and out of the address. */

const field = document.querySelector("#words");
const given = location.hash.slice(1).replace(/-/g, " ");
if (field instanceof HTMLTextAreaElement && /^[a-z ]{6,120}$/.test(given)) field.value = given;
if (given) history.replaceState(null, "", location.pathname);

export {};
