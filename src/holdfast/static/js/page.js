// @ts-check
/** On every page: the way out, and the help page kept at hand. */
import "./exit.js";
import { keepHelpAtHand } from "./nodes.js";

void keepHelpAtHand();
