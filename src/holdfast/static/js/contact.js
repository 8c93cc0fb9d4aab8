// @ts-check
/**
 * Ways to reach someone outside, found in words before they are sent. The rules are the server's
 * own (contact-rules.js); so is what is done with them, step by step, in screening/contact.py.
 */

import written from "./contact-rules.js";

/**
 * @typedef {object} Rule
 * @property {string} name
 * @property {string} kind
 * @property {string} find
 * @property {string} [unless]
 * @property {number[]} [digits]
 * @property {string} [check]
 * @property {boolean} [cased]
 *
 * @typedef {object} Contact
 * @property {string} kind email, phone, handle, link or id; name, school, address or birth
 * @property {string} rule
 * @property {number} start
 * @property {number} end
 */

const DROPPED = new Set(written.drop);
/** @type {Record<string, string>} */
const FOLDS = written.fold;
/** @type {Record<string, number>} */
const NUMERALS = written.numerals;
/** @type {Record<string, number>} */
const MANY = written.many;
const ALLOWED = new Set(written.allowed);
const BLANKS = new Set("\t\r\v\f\u2028\u2029\u1680");
const WARNED_OF = new Set(["name", "school", "address", "birth"]);

const words = Object.keys(NUMERALS).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
const many = Object.keys(MANY).join("|");
const NUMERAL = `(?:(?:${many}) )?(?:[0-9]|${words.join("|")})`;

/** @type {{rule: Rule, find: RegExp, unless: RegExp | null}[] | null} */
let compiled = null;

function rules() {
  compiled ??= /** @type {Rule[]} */ (written.rules).map((rule) => ({
    rule,
    find: new RegExp(rule.find.replaceAll("{N}", NUMERAL), "g"),
    unless: rule.unless ? new RegExp(rule.unless) : null,
  }));
  return compiled;
}

/**
 * Everything found, in the order of the text; no two overlap. The places are the text's own.
 *
 * @param {string} text
 * @returns {Contact[]}
 */
export function findContact(text) {
  const { low, cased, places } = folded(text);
  /** @type {{rule: Rule, start: number, end: number}[]} */
  const found = [];
  for (const { rule, find, unless } of rules()) {
    for (const match of (rule.cased ? cased : low).matchAll(find)) {
      const [start, end] = trimmed(match[0], match.index);
      const said = (rule.cased ? cased : low).slice(start, end);
      const isNew = found.every((one) => end <= one.start || one.end <= start);
      if (isNew && !(unless && unless.test(said)) && holds(rule, said)) {
        found.push({ rule, start, end });
      }
    }
  }
  found.sort((one, other) => one.start - other.start);
  return found.map(({ rule, start, end }) => ({
    kind: rule.kind,
    rule: rule.name,
    start: /** @type {number[]} */ (places[start])[0] ?? 0,
    end: /** @type {number[]} */ (places[end - 1])[1] ?? text.length,
  }));
}

/**
 * Whether a kind is only warned of.
 *
 * @param {string} kind
 */
export function isOnlyWarnedOf(kind) {
  return WARNED_OF.has(kind);
}

/**
 * @param {Rule} rule
 * @param {string} said
 */
function holds(rule, said) {
  if (written.hosts.some((host) => said.includes(host))) return false;
  const digits = rule.find.includes("{N}") ? digitsOf(said) : said.replace(/[^0-9]/g, "");
  if (rule.kind === "phone" && ALLOWED.has(digits)) return false;
  const [least, most] = rule.digits ?? [0, Infinity];
  if (digits.length < (least ?? 0) || digits.length > (most ?? Infinity)) return false;
  return rule.check !== "not-counting" || !isCounting(digits);
}

/** @param {string} said */
function digitsOf(said) {
  let digits = "";
  for (const match of said.matchAll(new RegExp(`(?:(${many}) )?([0-9]|${words.join("|")})`, "g"))) {
    const numeral = match[2] ?? "";
    digits += String(NUMERALS[numeral] ?? numeral).repeat(MANY[match[1] ?? ""] ?? 1);
  }
  return digits;
}

/**
 * One two three, or one and the same again and again.
 *
 * @param {string} digits
 */
function isCounting(digits) {
  const step = Number(digits[1]) - Number(digits[0]);
  if (Math.abs(step) > 1) return false;
  for (let place = 1; place < digits.length; place++) {
    if (Number(digits[place]) - Number(digits[place - 1]) !== step) return false;
  }
  return true;
}

/**
 * Without what stood before it only so that it could be found.
 *
 * @param {string} said
 * @param {number} start
 * @returns {[number, number]}
 */
function trimmed(said, start) {
  const begun = said.search(/[^ \n,:;([|=<>"'!?*~-]/);
  const bare = said.replace(/[ \n,:]+$/, "");
  return [start + Math.max(begun, 0), start + bare.length];
}

/**
 * The text in plain letters, small and as they are, and the place of each in the original.
 *
 * @param {string} text
 */
function folded(text) {
  let low = "";
  let cased = "";
  /** @type {number[][]} */
  const places = [];
  let place = 0;
  for (const char of text) {
    const span = [place, place + char.length];
    place += char.length;
    for (const part of char.normalize("NFKD")) {
      const plain = foldedPart(part);
      if (plain === "") continue;
      const small = plain.toLowerCase();
      low += small.length === 1 ? small : plain;
      cased += plain;
      places.push(span);
    }
  }
  return { low, cased, places };
}

/** @param {string} part */
function foldedPart(part) {
  if (part.length > 1) return " ";
  if ((part >= "\u0300" && part <= "\u036f") || DROPPED.has(part)) return "";
  if (BLANKS.has(part)) return " ";
  return FOLDS[part] ?? FOLDS[part.toLowerCase()] ?? part;
}
