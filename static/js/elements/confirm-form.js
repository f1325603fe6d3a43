/**
 * <confirm-form data-question="Ta bort rummet?" data-no="Avbryt"><form …><button>Ta bort</button></form></confirm-form>
 *
 * Asks in a dialog before the form inside is sent. Without scripts the form is sent at once, and the server decides.
 */
class ConfirmForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this.#ask);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#ask);
  }

  #ask = (event) => {
    const form = event.target;
    const { submitter } = event;
    if (form.dataset.confirmed) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    const question = document.createElement("h2");
    question.textContent = this.dataset.question;
    question.id = "confirm-question";
    dialog.setAttribute("aria-labelledby", question.id);
    const buttons = document.createElement("form");
    buttons.method = "dialog";
    buttons.className = "buttons";
    const no = this.#button(this.dataset.no, "button-secondary", "no");
    const yes = this.#button(submitter?.textContent.trim() ?? "OK", "button-danger", "yes");
    buttons.append(no, yes);
    dialog.append(question, buttons);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "yes") {
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  };

  #button(text, kind, value) {
    const button = document.createElement("button");
    button.className = `button ${kind}`;
    button.value = value;
    button.textContent = text;
    return button;
  }
}

customElements.define("confirm-form", ConfirmForm);
