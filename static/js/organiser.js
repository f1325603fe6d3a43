// The organisers' office; everything works without it.
import { openOnWide } from "./lib/menu.js";
import "./elements/confirm-form.js";
import "./elements/filter-list.js";
import "./elements/people-order.js";
import "./elements/print-frame.js";
import "./elements/print-progress.js";
import "./elements/unsaved-changes.js";

openOnWide(document.querySelector(".office-menu"));
