// The organisers' office; everything works without it.
import { openOnWide } from "./lib/menu.js";
import "./elements/confirm-form.js";
import "./elements/filter-list.js";

openOnWide(document.querySelector(".office-menu"));
