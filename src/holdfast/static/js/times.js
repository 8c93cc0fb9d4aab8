// @ts-check
/** Times and days as the member's clock shows them: by the zone the page was made for. */

/** @type {Map<string, Intl.DateTimeFormat>} */
const made = new Map();

/**
 * @param {string} what
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 * @param {string} [locale]
 */
function format(what, zone, options, locale = language()) {
  const key = `${what} ${zone} ${locale}`;
  let formatter = made.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    made.set(key, formatter);
  }
  return formatter;
}

/**
 * The page's language, as the server writes it: English with days before months and no "pm",
 * Arabic with Arabic digits, which browsers leave to the country.
 */
function language() {
  const lang = document.documentElement.lang || "en";
  if (lang.startsWith("en")) return "en-GB";
  return lang === "ar" ? "ar-u-nu-arab" : lang;
}

/**
 * Write every time inside as the member's clock shows it.
 *
 * @param {ParentNode} within
 * @param {string} zone
 */
export function localTimes(within, zone) {
  const clock = format("clock", zone, { timeStyle: "short" });
  for (const time of within.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = clock.format(at);
  }
  sayWhatGoes(within);
}

/**
 * In how long a message goes by itself, as its author chose. Rounded up, like the page says it.
 *
 * @param {ParentNode} within
 */
function sayWhatGoes(within) {
  const going = within.querySelectorAll("[data-goes]");
  if (!going.length) return;
  const near = new Intl.RelativeTimeFormat(language());
  for (const one of going) {
    if (!(one instanceof HTMLElement)) continue;
    const { goes = "", words = "#" } = one.dataset;
    const minutes = Math.max(1, Math.ceil((new Date(goes).getTime() - Date.now()) / 60_000));
    if (Number.isNaN(minutes)) continue;
    const hours = Math.ceil(minutes / 60);
    /** @type {[number, "minute" | "hour" | "day"]} */
    const left =
      minutes <= 60 ? [minutes, "minute"] : hours <= 48 ? [hours, "hour"] : [Math.ceil(hours / 24), "day"];
    one.textContent = words.replace("#", near.format(...left));
  }
}

window.setInterval(() => sayWhatGoes(document), 30_000);

/**
 * The member's date, as `2026-11-22`, of a moment.
 *
 * @param {Date} moment
 * @param {string} zone
 */
export function dayOf(moment, zone) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
  return format("date", zone, /** @type {Intl.DateTimeFormatOptions} */ (parts), "en-CA").format(
    moment,
  );
}

/**
 * The member's date of a moment, as it is said.
 *
 * @param {Date} moment
 * @param {string} zone
 */
export function dayInWords(moment, zone) {
  return format("day", zone, { dateStyle: "full" }).format(moment);
}

/**
 * A number as it is written here.
 *
 * @param {number} number
 * @param {number} [least] how many digits at least
 */
export function written(number, least = 1) {
  return number.toLocaleString(language(), { minimumIntegerDigits: least });
}
