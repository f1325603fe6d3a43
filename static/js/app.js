// What makes public pages nicer; everything works without it.
import "./elements/big-code.js";
import "./elements/kept-ticket.js";
import "./elements/live-news.js";
import "./elements/live-part.js";
import "./elements/number-stepper.js";
import "./elements/portrait-crop.js";
import "./elements/programme-filter.js";
import "./elements/programme-now.js";
import "./elements/question-fields.js";
import "./elements/registration-form.js";
import "./elements/session-stars.js";
import "./elements/starred-programme.js";
import "./elements/ticket-stars.js";
import { focusErrors } from "./lib/errors.js";

focusErrors();
