/** The check-in app, /checkin/. Defines <checkin-app>, which enhances the page of templates/checkin/app.html. */
import { CheckinApp } from "./checkin/app.js";

customElements.define("checkin-app", CheckinApp);
