/**
 * <number-stepper class="stepper"><input type="number" min max step></number-stepper>
 *
 * Puts − and + around a number field, within its min and max. Fires `input` and `change` on the field.
 * Attributes: data-less and data-more, the buttons' names for screen readers.
 */
class NumberStepper extends HTMLElement {
  #input;
  #less;
  #more;

  connectedCallback() {
    this.#input = this.querySelector("input");
    if (!this.#input || this.#less) return;
    this.#less = this.#button("−", this.dataset.less, () => this.#input.stepDown());
    this.#more = this.#button("+", this.dataset.more, () => this.#input.stepUp());
    this.prepend(this.#less);
    this.append(this.#more);
    this.#input.addEventListener("input", this.#update);
    this.#update();
  }

  disconnectedCallback() {
    this.#input?.removeEventListener("input", this.#update);
  }

  #button(text, name, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    if (name) button.setAttribute("aria-label", name);
    button.addEventListener("click", () => {
      act();
      for (const type of ["input", "change"]) this.#input.dispatchEvent(new Event(type, { bubbles: true }));
    });
    return button;
  }

  #update = () => {
    const { min, max, value } = this.#input;
    this.#less.disabled = min !== "" && Number(value) <= Number(min);
    this.#more.disabled = max !== "" && Number(value) >= Number(max);
  };
}

customElements.define("number-stepper", NumberStepper);
