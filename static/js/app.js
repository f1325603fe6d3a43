// What makes public pages nicer; everything works without it.
import "./elements/number-stepper.js";
import "./elements/programme-filter.js";
import "./elements/programme-now.js";
import "./elements/question-fields.js";
import "./elements/registration-form.js";
import { focusErrors } from "./lib/errors.js";

focusErrors();
