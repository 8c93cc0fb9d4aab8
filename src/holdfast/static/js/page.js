// @ts-check
/** On every page: the way out, and the help page kept at hand. */
import "./exit.js";
import { keepHelpAtHand } from "./nodes.js";

const { pin, shared } = document.documentElement.dataset;
if (shared === undefined) void keepHelpAtHand(); // a device that others use keeps nothing
if (shared !== undefined || pin !== undefined) void import("./keep.js");
