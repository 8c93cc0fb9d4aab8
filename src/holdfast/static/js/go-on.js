// @ts-check
/** A page with one thing to do: it is done by itself, and the button is for who has no scripts. */

const form = document.querySelector("form[data-goes-on]");
if (form instanceof HTMLFormElement) form.requestSubmit();

export {};
