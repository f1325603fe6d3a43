// The organisers' office; everything works without it.
import { openOnWide } from "./lib/menu.js";
import "./elements/confirm-form.js";

openOnWide(document.querySelector(".office-menu"));
