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
function format(what, zone, options, locale = document.documentElement.lang || "en") {
  const key = `${what} ${zone} ${locale}`;
  let formatter = made.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    made.set(key, formatter);
  }
  return formatter;
}

/**
 * Write every time inside as the member's clock shows it.
 *
 * @param {ParentNode} within
 * @param {string} zone
 */
export function localTimes(within, zone) {
  const clock = format("clock", zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (const time of within.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = clock.format(at);
  }
}

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
 * A number as it is written here.
 *
 * @param {number} number
 */
export function written(number) {
  return number.toLocaleString(document.documentElement.lang || "en");
}
