// @ts-check
/** On every page: the way out, and the help page kept at hand. */
import "./exit.js";
import { keepHelpAtHand } from "./nodes.js";

const { pin, shared } = document.documentElement.dataset;
if (shared === undefined) void keepHelpAtHand(); // a device that others use keeps nothing
if (shared !== undefined || pin !== undefined) void import("./keep.js");

// What a room is about opens over it on a small screen, by its address; Escape goes back.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.querySelector(".aside:target")) return;
  location.replace("#main");
  for (const link of document.querySelectorAll(".about-link")) if (link instanceof HTMLElement) link.focus();
});
