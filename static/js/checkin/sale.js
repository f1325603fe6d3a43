/**
 * Selling at the door: <dialog data-part="sale"> with the form, the code to pay with, and what was sold. Only with a network:
 * seats and money are the server's.
 *
 * Each form has a key of its own, so that sending it again after a lost answer is the same sale.
 */
import { Refused, Unreachable } from "./door.js";

export class Sale {
  #list = null;
  #key = "";
  #order = null;
  #token = "";
  #addon = "";
  #isAddition = false;

  /** `onSold({answer, counts})` is called when somebody has paid and was let in. */
  constructor(app, door, texts, onSold) {
    Object.assign(this, { app, door, texts, onSold });
    this.dialog = app.part("sale");
    this.form = app.part("sale-form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sell(event.submitter?.value ?? "cash");
    });
    this.dialog.addEventListener("click", (event) => this.#actions[event.target.closest("[data-sale]")?.dataset.sale]?.());
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** The list (a document of GET /checkin/api/lists) that is sold for. */
  open(list) {
    this.#list = list;
    this.app.querySelector('[data-action="sell"]').hidden = !list.may_sell;
  }

  /** Whether the holder of `attendee`'s ticket can pay here. */
  canTake(attendee) {
    return Boolean(this.#list?.may_sell && attendee?.unpaid);
  }

  /** Whether the holder of `answer`'s ticket can buy here what the list asks for. */
  canAdd({ reason, attendee }) {
    return Boolean(this.#list?.may_add && reason === "wrong-list" && attendee);
  }

  /** Somebody without a ticket. */
  start() {
    this.#token = "";
    return this.#begin();
  }

  /** Somebody whose ticket `token` hasn't the add-on that the list asks for. */
  add(token) {
    this.#token = token;
    return this.#begin();
  }

  async #begin() {
    this.#key = crypto.randomUUID();
    this.#addon = "";
    this.#isAddition = this.#token !== "";
    this.app.part("sale-person-fields").hidden = this.#isAddition;
    this.#title(this.#isAddition ? "sale-add" : "sale-title");
    this.form.reset();
    this.#problem("");
    this.#errors([]);
    this.#step("sale-wait");
    if (!this.dialog.open) this.dialog.showModal();
    await this.#offer();
  }

  /** Somebody whose ticket `token` isn't paid. */
  async pay(token) {
    this.#token = token;
    this.#isAddition = false;
    this.#title("sale-take");
    this.#problem("");
    this.#step("sale-wait");
    this.dialog.showModal();
    await this.#try(async () => this.#took(await this.door.pay(this.#list.id, { token, method: "swish" })));
  }

  async #offer() {
    await this.#try(async () => {
      const { types, payments } = await this.door.offer(this.#list.id, this.#token);
      this.app.part("sale-types").replaceChildren(...types.map((type) => this.#card(type)));
      const open = types.filter((type) => !type.sold_out);
      if (open.length === 1) this.form.querySelector("input[name=type]:enabled").checked = true;
      for (const button of this.form.querySelectorAll("button[name=payment]")) {
        button.hidden = !payments.includes(button.value);
      }
      if (!types.length) this.#problem(this.texts("sale-nothing"));
      else {
        this.#step("sale-form");
        const isChosen = open.length === 1 && !this.#isAddition;
        this.form.querySelector(isChosen ? "#sale-name" : "input[name=type]:enabled")?.focus();
        if (!isChosen) this.dialog.scrollTop = 0; // all that is sold, from the top
      }
    });
  }

  #card(type) {
    const card = this.app.part("sale-card").content.cloneNode(true);
    const radio = card.querySelector("input");
    radio.value = type.code;
    radio.disabled = type.sold_out;
    card.querySelector('[data-slot="name"]').textContent = type.name;
    card.querySelector('[data-slot="price"]').textContent = type.sold_out ? this.texts("sale-full") : this.#kronor(type.price);
    card.querySelector('[data-slot="left"]').textContent =
      type.left === null || type.sold_out ? "" : this.texts("sale-left", { n: type.left });
    return card;
  }

  async #sell(payment) {
    const wish = { payment, key: this.#key };
    for (const name of ["type", "name", "email"]) wish[name] = this.form.elements[name]?.value ?? "";
    this.#errors([]);
    const list = this.#list.id;
    if (!this.#isAddition) return this.#try(async () => this.#took(await this.door.sell(list, wish)));
    if (!wish.type) return this.#errors([{ field: "type", message: this.texts("sale-choose") }]);
    return this.#try(async () => {
      const sold = await this.door.add(list, { token: this.#token, type: wish.type, payment });
      this.#addon = wish.type;
      this.#took(sold);
    });
  }

  /** The order is there: let its holder in, or show how to pay. */
  #took(sold) {
    this.#order = sold;
    if (sold.answer) return this.#done(sold);
    this.app.part("sale-amount").textContent = this.texts("owes", { amount: this.#number(sold.owes) });
    picture(this.app.part("sale-code"), sold.svg, this.texts("sale-swish"));
    this.dialog.querySelector('[data-sale="swish"]').hidden = !sold.swish;
    return this.#step("sale-pay");
  }

  #done(sold) {
    const { answer } = sold;
    const isIn = answer.status === "admitted" || answer.status === "already";
    const done = this.app.part("sale-done");
    done.className = `scan-result scan-inline scan-${isIn ? "admitted" : "refused"}`;
    this.app.part("sale-sign").textContent = isIn ? "✓" : "✕";
    this.app.part("sale-word").textContent = this.texts(isIn ? "admitted" : `refused-${answer.reason}`);
    this.app.part("sale-person").textContent = answer.attendee?.name ?? "";
    this.app.part("sale-type").textContent = answer.attendee?.type ?? "";
    this.app.part("sale-receipt-text").textContent = sold.mailed
      ? this.texts("sale-mailed")
      : sold.svg && this.texts("sale-receipt");
    picture(this.app.part("sale-receipt"), sold.svg, this.texts("sale-receipt-code"));
    this.app.part("sale-badge").hidden = !sold.badge;
    this.app.badges.prepare(this.app.part("sale-badge"), sold.badge);
    this.#step("sale-after");
    this.onSold(sold);
  }

  #actions = {
    close: () => this.dialog.close(),
    another: () => this.start(),
    swish: () => this.#paid("swish"),
    cash: () => this.#paid("cash"),
    "give-up": () => this.#giveUp(),
  };

  async #paid(method) {
    const { order } = this.#order;
    await this.#try(async () => this.#took(await this.door.paid(this.#list.id, order, { method, token: this.#token })));
  }

  /** Of a ticket that was there before nothing is given back but its new add-on: it just isn't paid now. */
  async #giveUp() {
    if (this.#token && !this.#addon) return this.dialog.close();
    const addition = this.#addon ? { token: this.#token, addon: this.#addon } : {};
    return this.#try(async () => {
      await this.door.giveUp(this.#list.id, this.#order.order, addition);
      this.dialog.close();
    });
  }

  async #try(work) {
    this.#problem("");
    this.dialog.setAttribute("aria-busy", "true");
    for (const button of this.dialog.querySelectorAll("button:not([data-sale=close])")) button.disabled = true;
    try {
      await work();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.dialog.removeAttribute("aria-busy");
      for (const button of this.dialog.querySelectorAll("button")) button.disabled = false;
    }
  }

  #failed(error) {
    if (error instanceof Refused && error.problem.errors?.length) return this.#errors(error.problem.errors);
    if (error instanceof Refused && error.problem.type?.endsWith("/sold-out")) {
      this.#offer().then(() => this.#problem(this.texts("sale-sold-out")));
      return undefined;
    }
    if (!(error instanceof Refused)) console.warn(error);
    return this.#problem(this.texts(error instanceof Unreachable ? "sale-offline" : "sale-failed"));
  }

  #errors(errors) {
    for (const place of this.form.querySelectorAll("[data-error]")) {
      const message = errors.find((each) => each.field === place.dataset.error)?.message ?? "";
      place.textContent = message;
      place.hidden = !message;
      this.form.querySelector(`[name="${place.dataset.error}"]`)?.setAttribute("aria-invalid", String(Boolean(message)));
    }
    const known = [...this.form.querySelectorAll("[data-error]")].map((place) => place.dataset.error);
    const others = errors.filter((each) => !known.includes(each.field));
    this.#problem(others.map((each) => each.message).join(" "));
  }

  #problem(text) {
    this.app.part("sale-problem").textContent = text;
    this.app.part("sale-problem").hidden = !text;
  }

  #step(name) {
    for (const step of ["sale-wait", "sale-form", "sale-pay", "sale-after"]) this.app.part(step).hidden = step !== name;
  }

  #title(key) {
    this.dialog.querySelector("#sale-title").textContent = this.texts(key);
  }

  #number(ore) {
    const digits = ore % 100 ? { minimumFractionDigits: 2 } : {};
    return new Intl.NumberFormat("sv-SE", digits).format(ore / 100);
  }

  #kronor(ore) {
    return ore ? `${this.#number(ore)}\u00a0kr` : this.texts("sale-free");
  }
}

/** Put an SVG that our server made into `place`, named for who doesn't see it; '' leaves it empty. */
function picture(place, svg, label) {
  place.replaceChildren();
  place.hidden = !svg;
  if (!svg) return;
  const image = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", label);
  place.append(image);
}
