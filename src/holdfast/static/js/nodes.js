// @ts-check
/**
 * The one door through which the server's HTML becomes part of the page.
 *
 * The server escapes people's words; the content security policy names this policy and no other, so
 * nothing else on the page can turn text into markup.
 */

/** @typedef {{ createHTML(html: string): string, createScriptURL(url: string): string }} Policy */

const WORKER = "/sw.js";

/** @type {Policy} */
const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== WORKER) throw new TypeError("Only the service worker is loaded by address.");
    return url;
  },
};

const factory =
  /** @type {{ trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }} */ (
    globalThis
  ).trustedTypes;
const policy = factory?.createPolicy("holdfast", rules) ?? rules;

/**
 * The nodes of a piece of HTML that our server made.
 *
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function nodes(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/**
 * A copy of what lies in a `<template>` of the page.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function pattern(id) {
  const copy = the(HTMLTemplateElement, `#${id}`).content.cloneNode(true);
  const first = /** @type {DocumentFragment} */ (copy).firstElementChild;
  if (!(first instanceof HTMLElement)) throw new Error(`The template ${id} is empty.`);
  return first;
}

/**
 * The one element of this kind that must be there.
 *
 * @template {Element} E
 * @param {new () => E} kind
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E}
 */
export function the(kind, selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Let the browser keep the help page and the static files for when there is no connection. */
export async function keepHelpAtHand() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(policy.createScriptURL(WORKER));
  } catch {
    // Private windows may forbid it; the help page then needs a connection like any other.
  }
}
