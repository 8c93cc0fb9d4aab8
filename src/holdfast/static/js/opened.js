// @ts-check
/** Words between two: one telling goes to all who look, so each asks for them with their own key. */

/**
 * Hands over a message of a talk as I may read it; nothing where that is no news, or there is no way.
 *
 * @param {import("./log.js").Log} log
 * @param {number} seq
 * @param {(html: string) => void} show
 */
export async function opened(log, seq, show) {
  const before = log.find(seq);
  try {
    const answer = await fetch(`/rooms/${log.slug}/history?before=${seq + 1}`);
    if (answer.ok && before && log.find(seq) === before) show(await answer.text());
  } catch {
    // No connection: the line is read anew when it is back.
  }
}
