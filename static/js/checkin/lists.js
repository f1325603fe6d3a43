/** The choice of lists, drawn by the device where the server hasn't: on a phone of ours, and without network. */

/** Show `lists` (documents of GET /checkin/api/lists) in the part lists, by event. */
export function showLists(app, lists, texts) {
  const place = app.part("choices");
  if (!lists.length && place.childElementCount) return;
  const events = Map.groupBy?.(lists, (list) => list.event) ?? grouped(lists);
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
    item.querySelector('[data-slot="name"]').textContent = list.name;
    item.querySelector("[data-count]").textContent = texts("counter", list);
    all.append(item);
  }
  return all;
}
