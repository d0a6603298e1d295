// Everything the pages load: htmx, and what the browser alone can do. Each island works on the elements that ask for
// it, when the page opens and after each swap; without them every page still works.
import htmx from "htmx.org";
import { countdowns } from "./countdown";
import { dialogs } from "./dialog";
import { localTimes } from "./local-time";
import { shell } from "./shell";
import { submitOnce } from "./submit-once";
import { timeKeys } from "./time-keys";
import { toasts } from "./toasts";

htmx.config.includeIndicatorCSS = false;

function islands(root: ParentNode): void {
  countdowns(root);
  dialogs(root);
  localTimes(root);
  timeKeys(root);
  toasts(root);
}

document.documentElement.classList.add("js");
shell();
submitOnce();
islands(document);
document.addEventListener("htmx:after:swap", () => islands(document));
