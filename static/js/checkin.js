/**
 * The check-in app, /checkin/. Defines <checkin-app>, which enhances the page of templates/checkin/app.html, and registers
 * the service worker that opens it without a network.
 */
import { CheckinApp } from "./checkin/app.js";

customElements.define("checkin-app", CheckinApp);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/checkin/worker.js", { scope: "/checkin/" }).catch((error) => console.warn(error));
  // The first visit came before there was a worker to keep its page.
  navigator.serviceWorker.ready.then((registration) => registration.active?.postMessage("keep-page"));
}
