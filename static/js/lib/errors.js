/** After a form came back with errors: the summary takes the focus, so that it is read first. */
export function focusErrors(root = document) {
  root.querySelector(".error-summary[data-focus]")?.focus();
}
