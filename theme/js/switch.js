"use strict";

// Holds the reader's place while the switch between the two ways of reading makes rows vanish or appear.
// Browsers hold it themselves where a paragraph is in view, though not all, and none does from the middle of a long row.
// A classic script in a block of its own, since browsers load no module from a page that is opened from disk.
{
  const bar = document.querySelector(".reading-bar");
  const choices = document.querySelectorAll(".switch input");

  let place = null;

  /** The paragraph in view, or else the one whose rows are in view, and where in the window it is to begin. */
  function findPlace() {
    const edge = bar.getBoundingClientRect().bottom;
    let last = null;
    for (const words of document.querySelectorAll(".words")) {
      const { top, bottom } = words.getBoundingClientRect();
      if (top >= innerHeight) break;
      last = { words, top: Math.max(top, edge) };
      if (bottom > edge) break;
    }
    return last;
  }

  function restorePlace() {
    if (!place) return;
    // The bar may have left the window with the end of the text: where it stands now says nothing.
    scrollBy({ top: place.words.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  function rememberPlace() {
    // Above the text there is no place to hold.
    place = scrollY > 0 && bar.getBoundingClientRect().top <= 1 ? findPlace() : null;
  }

  for (const choice of choices) {
    choice.closest("label").addEventListener("pointerdown", rememberPlace);
    choice.addEventListener("keydown", rememberPlace);
    // In the next frame, when the browser has done what it does by itself.
    choice.addEventListener("change", () => requestAnimationFrame(restorePlace));
  }
}
