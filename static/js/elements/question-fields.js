/**
 * <question-fields data-type-field="tickets-0-type">
 *   <div data-question="diet">…</div>
 *   <div data-question="diet-text" data-shown-by="diet" data-shown-if="Annat" data-for-types="ordinarie student">…</div>
 * </question-fields>
 *
 * Hides the questions that don't apply to the ticket type that is chosen, or to what is answered so far, as
 * questions.model.asked_of has it, and keeps their fields from being sent. Without scripts all are there, and the server
 * passes over what doesn't apply.
 */
class QuestionFields extends HTMLElement {
  #form;

  connectedCallback() {
    this.#form = this.closest("form");
    this.#form?.addEventListener("change", this.#update);
    this.classList.add("questions-live"); // what tells the conditions in words isn't needed then
    this.#update();
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("change", this.#update);
  }

  #update = () => {
    const type = this.#values(this.#form ?? document, this.dataset.typeField)[0];
    const shown = new Map();
    const isShown = (block) => {
      const code = block.dataset.question;
      if (!shown.has(code)) {
        shown.set(code, false); // a circle comes back here, and ends
        shown.set(code, this.#isFor(block, type) && this.#isCalledFor(block, isShown));
      }
      return shown.get(code);
    };
    for (const block of this.querySelectorAll("[data-question]")) {
      block.hidden = !isShown(block);
      for (const control of block.querySelectorAll("input, select, textarea")) control.disabled = block.hidden;
    }
    for (const group of this.querySelectorAll("fieldset.questions")) {
      const whole = group.parentElement.matches("details.fold") ? group.parentElement : group;
      whole.hidden = !group.querySelector("[data-question]:not([hidden])");
    }
  };

  #isFor(block, type) {
    const { forTypes } = block.dataset;
    return !forTypes || !this.#hasTypeField || forTypes.split(" ").includes(type);
  }

  get #hasTypeField() {
    return Boolean(this.#form?.querySelector(`[name="${CSS.escape(this.dataset.typeField)}"]`));
  }

  #isCalledFor(block, isShown) {
    const { shownBy, shownIf } = block.dataset;
    if (!shownBy) return true;
    const parent = this.querySelector(`[data-question="${CSS.escape(shownBy)}"]`);
    return Boolean(parent) && isShown(parent) && this.#values(parent).includes(shownIf);
  }

  /** The values chosen in the controls inside `root`, all of them or those of one name. */
  #values(root, name) {
    const named = name ? `[name="${CSS.escape(name)}"]` : "";
    const chosen = root.querySelectorAll(`input${named}:checked, select${named}, input[type=hidden]${named}`);
    return [...chosen].map((control) => control.value);
  }
}

customElements.define("question-fields", QuestionFields);
