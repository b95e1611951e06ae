"use strict";

// Marks the claim that is on the screen, in the list of claims and in the bar, and opens that list from the bar in place.
{
  const list = document.querySelector(".contents .claim-list");
  const bar = document.querySelector(".reading-bar");
  const now = bar?.querySelector(".reading-bar-now");

  /** Mark the entry of a claim in a list, and give it; none where no claim is on the screen. */
  function mark(within, slug) {
    within.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const entry = slug ? within.querySelector(`a[href="#${CSS.escape(slug)}"]`) : null;
    entry?.setAttribute("aria-current", "true");
    return entry;
  }

  /** Scroll a list to an entry, and leave the page where it is. */
  function reveal(box, entry) {
    const outer = box.getBoundingClientRect();
    const inner = entry.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - outer.height / 3;
  }

  function followRows() {
    const onScreen = new Set();
    let current = "";
    const observer = new IntersectionObserver(changes => {
      for (const { target, isIntersecting } of changes) onScreen[isIntersecting ? "add" : "delete"](target.id);
      const [slug = ""] = onScreen;
      if (slug === current) return;
      current = slug;
      const entry = mark(list, slug);
      now.replaceChildren(...(entry ? [...entry.childNodes].map(node => node.cloneNode(true)) : []));
      if (entry) reveal(list.closest(".contents"), entry);
    }, { rootMargin: "-20% 0px -70% 0px" });
    for (const row of document.querySelectorAll("article.row")) observer.observe(row);
    return () => current;
  }

  function openFromBar(current) {
    const drawer = document.createElement("div");
    if (!("popover" in drawer)) return;
    drawer.className = "drawer";
    drawer.popover = "auto";
    drawer.setAttribute("role", "dialog");
    drawer.setAttribute("aria-labelledby", "_claims-heading");
    bar.append(drawer);
    bar.querySelector(".reading-bar-link").addEventListener("click", event => {
      // Where the list stands beside the text it is in view already.
      if (getComputedStyle(list.closest(".contents")).position === "sticky") return;
      event.preventDefault();
      const copy = list.cloneNode(true);
      drawer.replaceChildren(copy);
      drawer.showPopover();
      const entry = mark(copy, current()) ?? copy.querySelector("a");
      reveal(drawer, entry);
      entry.focus({ preventScroll: true });
    });
    drawer.addEventListener("click", event => event.target.closest("a") && drawer.hidePopover());
  }

  if (list && now) openFromBar(followRows());
}
