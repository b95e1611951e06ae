"use strict";

// An open page under the watch: it is loaded again when its bytes have changed, keeps its place, and shows what is wrong.
// Added to pages as they are served; one tab listens to the server and tells the others.
{
  const mine = { ...document.currentScript.dataset }; // path, base, session, number, status, digest
  const OWN = "/_triptych/";
  const PLACE = "triptych:place";
  const behaviour = { behavior: "instant" };

  // --- Where the reader is -------------------------------------------------------------------------------------------

  /** An element by the nearest id above it and the way down from there, as numbers of children. */
  function addressOf(element) {
    const steps = [];
    for (; element && element !== document.body && !element.id; element = element.parentElement) {
      steps.unshift([...element.parentElement.children].indexOf(element));
    }
    return [element?.id ?? "", ...steps];
  }

  function elementAt([id, ...steps]) {
    const start = id ? document.getElementById(id) : document.body;
    return steps.reduce((element, step) => element?.children[step] ?? null, start);
  }

  /** Whether it moves along with the window. */
  function isHeld(element) {
    for (; element && element !== document.body; element = element.parentElement) {
      if (["sticky", "fixed"].includes(getComputedStyle(element).position)) return true;
    }
    return false;
  }

  /** Elements near the top of the window, the best first: those that come next, then those above. Empty at the page's head. */
  function findAnchors() {
    if (scrollY === 0) return [];
    const near = [];
    for (const element of document.body.querySelectorAll("[id], [data-paragraph]")) {
      if (!element.getClientRects().length) continue;
      const { top } = element.getBoundingClientRect();
      if (top < innerHeight / 2) near.push({ element, top, rank: top >= 0 ? top : innerHeight - top });
    }
    near.sort((one, other) => one.rank - other.rank);
    const anchors = [];
    for (const { element, top } of near) {
      if (anchors.length === 5) break;
      if (isHeld(element)) continue;
      const { id, dataset } = element;
      anchors.push({ selector: id ? `#${CSS.escape(id)}` : `[data-paragraph="${CSS.escape(dataset.paragraph)}"]`, top });
    }
    return anchors;
  }

  function scrollToAnchors(anchors, y) {
    for (const { selector, top } of anchors) {
      const element = document.querySelector(selector);
      if (!element?.getClientRects().length) continue;
      scrollBy({ top: element.getBoundingClientRect().top - top, ...behaviour });
      return;
    }
    scrollTo({ top: y, ...behaviour });
  }

  function isTypedInto(element) {
    return element?.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])");
  }

  function keepPlace() {
    const focused = host.contains(document.activeElement) ? before : document.activeElement;
    const kept = {
      at: location.pathname + location.search,
      time: Date.now(),
      y: scrollY,
      anchors: findAnchors(),
      details: [...document.querySelectorAll("details")].map((one) => [addressOf(one), one.open]),
      choices: [...document.querySelectorAll("input:is([type=radio], [type=checkbox])")].map((one) => [addressOf(one), one.checked]),
      popovers: [...document.querySelectorAll(":popover-open")].map(addressOf),
      focus: focused && focused !== document.body ? addressOf(focused) : null,
      typed: isTypedInto(focused) && "value" in focused ? [focused.value, focused.selectionStart, focused.selectionEnd] : null,
    };
    sessionStorage.setItem(PLACE, JSON.stringify(kept));
  }

  function restorePlace() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
    sessionStorage.removeItem(PLACE);
    if (!kept || kept.at !== location.pathname + location.search || Date.now() - kept.time > 30_000) return;
    for (const [address, checked] of kept.choices) {
      const choice = elementAt(address);
      if (choice instanceof HTMLInputElement && choice.checked !== checked) choice.checked = checked;
    }
    for (const [address, open] of kept.details) {
      const details = elementAt(address);
      if (details instanceof HTMLDetailsElement) details.open = open;
    }
    for (const address of kept.popovers) {
      const popover = elementAt(address);
      if (popover?.popover && !popover.matches(":popover-open")) popover.showPopover();
    }
    const focused = kept.focus && elementAt(kept.focus);
    focused?.focus?.({ preventScroll: true });
    if (kept.typed && isTypedInto(focused) && "value" in focused) {
      focused.value = kept.typed[0];
      if (kept.typed[1] !== null) focused.setSelectionRange(kept.typed[1], kept.typed[2]);
    }
    holdPlace(kept);
  }

  /** Pictures and fonts that come late move the text: until all is there, or the reader moves, the place is sought again. */
  function holdPlace({ anchors, y }) {
    let isHolding = true;
    const release = () => (isHolding = false);
    const seek = () => isHolding && scrollToAnchors(anchors, y);
    for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(event, release, { once: true, passive: true });
    seek();
    requestAnimationFrame(seek);
    document.fonts.ready.then(seek);
    const finish = () => requestAnimationFrame(() => (seek(), release(), (history.scrollRestoration = "auto")));
    if (document.readyState === "complete") finish();
    else addEventListener("load", finish, { once: true });
  }

  let isLeaving = false;

  function reload() {
    if (isLeaving) return;
    isLeaving = true;
    try {
      keepPlace();
      history.scrollRestoration = "manual";
    } finally {
      location.reload();
    }
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  const host = document.createElement("triptych-watch");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.innerHTML = `
    <link rel="stylesheet" href="${OWN}client.css">
    <section class="overlay" role="alertdialog" aria-labelledby="triptych-overlay-heading" tabindex="-1" lang="en" dir="ltr" hidden>
      <div class="report"></div>
      <button class="hide" type="button">Hide</button>
    </section>
    <div class="note" role="status" lang="en" dir="ltr" hidden><span></span> <button type="button" hidden>Show</button></div>`;
  host.hidden = true; // until its style is there
  shadow.querySelector("link").addEventListener("load", () => {
    host.hidden = false;
    if (!overlay.hidden) takeFocus();
  });
  const overlay = shadow.querySelector(".overlay");
  const report = shadow.querySelector(".report");
  const note = shadow.querySelector(".note");
  const show = note.querySelector("button");
  const notes = new Map();
  let markup = "";
  let before = null; // what had the focus before the overlay took it

  function takeFocus() {
    const focused = document.activeElement;
    if (host.hidden || isTypedInto(focused)) return;
    if (focused !== host) before = focused;
    overlay.focus({ preventScroll: true });
  }

  function showOverlay(html) {
    markup = html;
    report.innerHTML = html; // made by the server, where all that files say is escaped
    overlay.hidden = false;
    overlay.scrollTop = 0;
    say("failed", "");
    takeFocus();
  }

  function hideOverlay() {
    const hadFocus = document.activeElement === host;
    overlay.hidden = true;
    if (hadFocus) before?.focus({ preventScroll: true });
    before = null;
  }

  function dismissOverlay() {
    hideOverlay();
    say("failed", "The last build found faults.");
  }

  function clearOverlay() {
    if (!overlay.hidden) hideOverlay();
    markup = report.innerHTML = "";
    say("failed", "");
  }

  /** A line in the corner; "" takes that of the same name away. */
  function say(name, words) {
    if (words) notes.set(name, words);
    else notes.delete(name);
    note.querySelector("span").textContent = [...notes.values()].join(" ");
    show.hidden = !notes.has("failed");
    note.hidden = !notes.size;
  }

  overlay.querySelector(".hide").addEventListener("click", dismissOverlay);
  show.addEventListener("click", () => showOverlay(markup));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || overlay.hidden) return;
    if (document.activeElement !== host && document.querySelector(":popover-open, dialog:modal")) return; // it is meant
    dismissOverlay();
  });

  // --- What is heard -------------------------------------------------------------------------------------------------

  /** Look whether this page would come with other bytes now. */
  async function check() {
    let answer;
    try {
      answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    } catch {
      return; // whoever listens will hear of the server again
    }
    const isSame = answer.headers.get("ETag") === `"${mine.digest}"` && answer.status === Number(mine.status);
    const isGone = answer.status === 404 && mine.status === "200";
    say("gone", isGone ? "This page has been removed." : "");
    if (!isSame && !isGone) reload();
  }

  /** Put the style sheet in the place of the one that it follows: main.1234.css of main.abcd.css. */
  function swapStyle(path) {
    const address = new URL(mine.base + path, location.origin).href;
    const stem = (href) => new URL(href).pathname.split("/").pop().split(".")[0];
    const old = [...document.querySelectorAll("link[rel~=stylesheet]")].filter((link) => stem(link.href) === stem(address));
    if (!old.length || old.at(-1).href === address) return;
    const { y, anchors } = { y: scrollY, anchors: findAnchors() };
    const link = old.at(-1).cloneNode();
    link.href = address;
    link.addEventListener("error", () => link.remove());
    link.addEventListener("load", () => {
      for (const one of old) one.remove(); // only now: a page without any style would flash
      if (scrollY === y) scrollToAnchors(anchors, y);
    });
    old.at(-1).after(link);
  }

  const take = {
    state({ session, number, overlay: html, style }) {
      if (session !== mine.session || number > Number(mine.number)) check();
      mine.session = session;
      mine.number = number;
      if (style) swapStyle(style);
      if (!html) clearOverlay();
      else if (html !== markup) showOverlay(html);
    },
    published({ number, changed, removed, style }) {
      const isNew = number > Number(mine.number);
      mine.number = number;
      if (isNew) clearOverlay();
      if (style) swapStyle(style);
      const isNamed = (paths) => !paths || paths.includes(mine.path) || (mine.status === "404" && paths.includes("404.html"));
      if ((!style && isNamed(changed)) || isNamed(removed)) check();
    },
    failed: ({ overlay: html }) => showOverlay(html),
    mended: clearOverlay,
    building() {},
    lost: () => say("lost", "The watch has ended."),
    found: () => say("lost", ""),
  };

  const channel = "BroadcastChannel" in window ? new BroadcastChannel("triptych") : null;
  const hear = (message) => take[message.kind]?.(message);

  function tell(message) {
    channel?.postMessage(message);
    hear(message);
  }

  /** Follow the server; the browser connects again by itself, unless something else has answered meanwhile. */
  function listen() {
    let timer = 0;
    const source = new EventSource(`${OWN}events`);
    source.addEventListener("open", () => {
      clearTimeout(timer);
      timer = 0;
      tell({ kind: "found" });
    });
    source.addEventListener("message", (event) => tell(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      timer ||= setTimeout(() => tell({ kind: "lost" }), 1500);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
    });
  }

  document.body.append(host);
  restorePlace();
  addEventListener("pageshow", (event) => event.persisted && check());
  channel?.addEventListener("message", (event) => hear(event.data));
  if (channel && navigator.locks) {
    // Held until the tab is gone, and then it is another's turn.
    navigator.locks.request("triptych", () => new Promise(listen));
    fetch(`${OWN}state`).then((answer) => answer.json()).then(hear, () => {});
  } else {
    listen();
  }
}
