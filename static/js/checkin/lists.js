/** The choice of lists, drawn by the device where the server hasn't: on a phone of ours, and without network. */

import { numbersOf } from "./answers.js";

/**
 * Show `lists` (documents of GET /checkin/api/lists) in the part lists, by event. Where they stand there already, links stay: a
 * finger may be on one. What the server has drawn stands until the app has reached it (`app.reached`) or knows lists of its own.
 */
export function showLists(app, lists, texts) {
  const place = app.part("choices");
  if (!lists.length && !app.reached && place.childElementCount) return;
  const events = Map.groupBy?.(lists, (list) => list.event) ?? grouped(lists);
  const shown = [...events.values()].flat();
  const links = [...place.querySelectorAll("[data-list]")];
  if (links.length && links.map((link) => link.dataset.list).join() === shown.map((list) => list.id).join())
    shown.forEach((list, number) => write(links[number], list, texts));
  else
    place.replaceChildren(...[...events.values()].flatMap((together) => [heading(together[0]), choices(app, together, texts)]));
  app.part("unknown").hidden = lists.length > 0;
}

function grouped(lists) {
  const events = new Map();
  for (const list of lists) events.set(list.event, [...(events.get(list.event) ?? []), list]);
  return events;
}

function heading(list) {
  const title = document.createElement("h2");
  title.textContent = list.event_name;
  return title;
}

function choices(app, lists, texts) {
  const all = document.createElement("ul");
  all.className = "plain-list";
  for (const list of lists) {
    const item = app.part("choice").content.cloneNode(true);
    const link = item.querySelector("a");
    link.href = `/checkin/list/${list.id}`;
    link.dataset.list = list.id;
    write(link, list, texts);
    all.append(item);
  }
  return all;
}

function write(link, list, texts) {
  link.querySelector('[data-slot="name"]').textContent = list.name;
  link.querySelector("[data-count]").textContent = numbersOf(list, texts);
}
