"use strict";

// Buttons that copy a claim's address or its citation. Without a script both stand there to select, and no button shows.
{
  const SAID_FOR_MS = 4000;

  function textFor(button) {
    const panel = button.closest("[data-panel]");
    const address = panel.querySelector(".claim-share").href.replace(/#.*/, "");
    const citation = panel.querySelector(".citation");
    if (button.dataset.copy === "link" || !citation) return citation?.dataset.address || address;
    const text = citation.textContent.trim().replace(/\s+/g, " ");
    return citation.dataset.address ? text : `${text} ${address}`;
  }

  async function copy(text, beside) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages from disk, and those served without encryption, have no clipboard of their own.
      const field = document.createElement("textarea");
      field.value = text;
      beside.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      beside.focus({ preventScroll: true });
    }
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copy(textFor(button), button);
      const said = button.closest("[data-panel]").querySelector(".copied");
      said.textContent = button.dataset.done;
      setTimeout(() => { said.textContent = ""; }, SAID_FOR_MS);
    });
  }
}
