// @ts-check
/** The list of live interviews: drawn from the page's own data at once, then from whatever the socket says. */

import { ServerTime, TalkingTime, writeRoughly, writeSeconds, writeTime } from "./clock.js";
import { find, findPart, readData, showLine, write, writeBadge } from "./page.js";
import { MonitorSocket } from "./socket.js";
import { STATUSES } from "./states.js";

const ANY_UUID = "00000000-0000-0000-0000-000000000000";
const page = find("live-list");
const rows = find("live-rows");
const time = new ServerTime();
/** @type {Map<string, {row: HTMLElement, session: any, talking: TalkingTime|null}>} by the interview's uuid */
const shown = new Map();

/** @param {any} session */
function makeRow(session) {
  const template = /** @type {HTMLTemplateElement} */ (find("live-row"));
  const row = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
  row.dataset.session = session.session;
  const link = /** @type {HTMLAnchorElement} */ (findPart(row, "candidate"));
  link.href = (page.dataset.watch ?? "").replace(ANY_UUID, session.session);
  return row;
}

/** @param {any} list live_list, or the page's own data */
function draw(list) {
  const keep = new Set(list.sessions.map((/** @type {any} */ one) => one.session));
  for (const [uuid, { row }] of shown) {
    if (keep.has(uuid)) continue;
    row.remove();
    shown.delete(uuid);
  }
  list.sessions.forEach((/** @type {any} */ session, /** @type {number} */ place) => {
    const row = shown.get(session.session)?.row ?? makeRow(session);
    shown.set(session.session, { row, session, talking: session.clock && new TalkingTime(session.clock) });
    if (rows.children[place] !== row) rows.insertBefore(row, rows.children[place] ?? null);
    fill(row, session);
  });
  find("live-some").hidden = !list.sessions.length;
  find("live-none").hidden = list.sessions.length > 0;
  write(find("live-count"), String(list.total));
  find("live-more").hidden = list.total <= list.sessions.length;
  write(find("live-more"), `The newest ${list.sessions.length} of ${list.total} are listed.`);
  tick();
}

/** @param {HTMLElement} row @param {any} session */
function fill(row, session) {
  const [status, tone] = STATUSES[session.status];
  write(findPart(row, "candidate"), session.candidate);
  write(findPart(row, "panel"), session.panel);
  write(findPart(row, "organization"), session.organization);
  writeBadge(findPart(row, "status"), status, tone);
  write(findPart(row, "question"), session.number ? `${session.number} of ${session.of}` : "–");
  write(findPart(row, "since"), writeTime(session.started_at));
}

function tick() {
  for (const { row, session, talking } of shown.values()) {
    const bar = findPart(row, "bar");
    if (bar?.parentElement) bar.parentElement.hidden = !talking;
    talking?.draw(bar);
    write(findPart(row, "clock"), talking ? `${writeSeconds(talking.left)} left` : "–");
    const away = session.interrupted_at && `Gone for ${writeRoughly(time.since(session.interrupted_at))}`;
    writeBadge(findPart(row, "connection"), away || "Connected", away ? "bad" : "good");
  }
}

const socket = new MonitorSocket(page.dataset.socket ?? "", () => ({ type: "watch_list" }));
showLine(socket);
socket.addEventListener("message", (event) => {
  const message = /** @type {CustomEvent} */ (event).detail;
  time.set(message.at);
  if (message.type === "live_list") draw(message);
});
draw(readData("live-data"));
window.setInterval(tick, 1000);
socket.open();
