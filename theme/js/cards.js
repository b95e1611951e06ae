"use strict";

// Opens a term's definition, or a source's reference, beside the words that name it: on hover, on focus, and at a first tap.
// The card holds a copy of what the page has already: a term's <template>, or the line of the list of sources.
// Where a page has neither, or a browser no popover, the link is a link. A classic script, for pages opened from disk.
{
  const OPENS_AFTER_MS = 150;
  const CLOSES_AFTER_MS = 250;
  const GAP = 6; // between the words and the card, and between the card and the edge of the screen, in pixels
  const TRIGGERS = "a[data-term], a[data-cite]";

  const card = document.createElement("div");
  card.className = "card";
  card.id = "_card";
  card.popover = "manual";

  let link = null; // whose card is open
  let dismissed = null; // whose card was closed by Escape, until it is left
  let timer = 0;
  let byTouch = false;

  function contentFor(trigger) {
    const id = decodeURIComponent(trigger.hash.slice(1));
    if ("term" in trigger.dataset) {
      const kept = document.getElementById(`_term-${id}`);
      if (kept) return kept.content.cloneNode(true);
      const entry = document.querySelector(`.page-glossary article[id="${CSS.escape(id)}"]`);
      return entry && copies(entry.querySelectorAll(":scope > .term-name dfn, :scope > .prose"));
    }
    const line = trigger.pathname === location.pathname && id.startsWith("_source-") && document.getElementById(id);
    return line && copies(line.childNodes);
  }

  function copies(nodes) {
    const made = document.createDocumentFragment();
    made.append(...[...nodes].map(node => node.cloneNode(true)));
    for (const one of made.querySelectorAll("[id]")) one.removeAttribute("id");
    return made;
  }

  function open(trigger) {
    clearTimeout(timer);
    if (trigger === link || trigger === dismissed) return;
    const content = contentFor(trigger);
    if (!content) return;
    close();
    link = trigger;
    card.replaceChildren(content);
    card.scrollTop = 0;
    // Beside the link, so that the Tab key goes on into the card, and a reader's cursor too.
    link.after(card);
    link.setAttribute("aria-describedby", card.id);
    card.showPopover();
    place();
  }

  function close() {
    clearTimeout(timer);
    if (!link) return;
    link.removeAttribute("aria-describedby");
    link = null;
    card.hidePopover();
    card.remove();
  }

  /** Below the last line of the link, or above its first where there is more room; within the screen in any case. */
  function place() {
    if (!link) return;
    const lines = link.getClientRects();
    const first = lines[0];
    const last = lines[lines.length - 1];
    if (!last || last.bottom < 0 || first.top > innerHeight) return close();
    const below = innerHeight - last.bottom - 2 * GAP;
    const above = first.top - 2 * GAP;
    const { width, height } = card.getBoundingClientRect();
    const isBelow = height <= below || below >= above;
    const shown = Math.min(height, isBelow ? below : above);
    const beside = isBelow ? last : first;
    const start = getComputedStyle(card).direction === "rtl" ? beside.right - width : beside.left;
    card.style.left = `${Math.max(GAP, Math.min(start, document.documentElement.clientWidth - width - GAP))}px`;
    card.style.top = `${isBelow ? last.bottom + GAP : first.top - GAP - shown}px`;
    card.style.maxHeight = height > shown ? `${shown}px` : "";
  }

  function isWanted() {
    return card.matches(":hover, :focus-within") || link.matches(":hover, :focus-visible");
  }

  function closeUnlessWanted() {
    if (link && !isWanted()) close();
  }

  function later(action, ms) {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  }

  function triggerOf(event) {
    const trigger = event.target.closest?.(TRIGGERS);
    return trigger && !card.contains(trigger) ? trigger : null;
  }

  if ("popover" in card) {
    document.addEventListener("pointerover", event => {
      if (event.pointerType === "touch") return;
      const trigger = triggerOf(event);
      if (trigger !== dismissed && !dismissed?.matches(":focus")) dismissed = null;
      if (trigger && trigger !== link) later(() => trigger.matches(":hover") && open(trigger), OPENS_AFTER_MS);
      else if (link) later(closeUnlessWanted, CLOSES_AFTER_MS);
      else clearTimeout(timer);
    });

    document.addEventListener("focusin", event => {
      const trigger = triggerOf(event);
      if (trigger !== dismissed) dismissed = null;
      if (trigger?.matches(":focus-visible")) open(trigger);
      else closeUnlessWanted();
    });

    document.addEventListener("pointerdown", event => {
      byTouch = event.pointerType === "touch";
      if (link && !card.contains(event.target) && !link.contains(event.target)) close();
    });

    document.addEventListener("click", event => {
      const trigger = triggerOf(event);
      if (!trigger || !byTouch || event.detail === 0 || trigger === link) return;
      dismissed = null;
      open(trigger);
      if (link === trigger) event.preventDefault();
    });

    document.addEventListener("keydown", event => {
      if (event.key !== "Escape" || !link) return;
      dismissed = link;
      if (card.contains(document.activeElement)) link.focus();
      close();
    });

    addEventListener("scroll", place, { passive: true });
    addEventListener("resize", place, { passive: true });
    addEventListener("pagehide", close);
  }
}
