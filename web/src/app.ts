// Everything the pages load: htmx, and what the browser alone can do. Each island works on the elements that ask for
// it, when the page opens and after each swap; without them every page still works.
import htmx from "htmx.org";
import { chosenTimes } from "./chosen-time";
import { countdowns } from "./countdown";
import { dialogs } from "./dialog";
import { keptTexts } from "./kept-text";
import { localTimes } from "./local-time";
import { picks } from "./pick";
import { releases } from "./release";
import { shell } from "./shell";
import { shortcuts } from "./shortcuts";
import { submitOnce } from "./submit-once";
import { timeKeys } from "./time-keys";
import { toasts } from "./toasts";

htmx.config.includeIndicatorCSS = false;

function islands(root: ParentNode): void {
  chosenTimes(root);
  countdowns(root);
  dialogs(root);
  keptTexts(root);
  localTimes(root);
  picks(root);
  releases(root);
  shortcuts(root);
  timeKeys(root);
  toasts(root);
}

document.documentElement.classList.add("js");
shell();
submitOnce();
islands(document);
document.addEventListener("htmx:after:swap", () => islands(document));
