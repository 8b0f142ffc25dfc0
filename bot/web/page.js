// The page's own behaviour: which conversation this is, and the way from a mark to its evidence and back.
// Loaded in the head; the page's parts call `longhaul` by name.
"use strict";

window.longhaul = (() => {
  const KEPT = "longhaul.conversations";
  const MOST_KEPT = 30;
  let picked = null; // a question that was clicked instead of typed
  let fire = null; // asks the picked question
  let lastMark = null;

  const here = () => new URLSearchParams(location.search).get("c") || "";

  // Storage is denied in some private windows; the address still names the conversation.
  const seen = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEPT) || "[]");
      return Array.isArray(ids) ? ids.filter((id) => typeof id === "string").slice(0, MOST_KEPT) : [];
    } catch {
      return [];
    }
  };
  const remember = (id) => {
    try {
      localStorage.setItem(KEPT, JSON.stringify([id, ...seen().filter((other) => other !== id)].slice(0, MOST_KEPT)));
    } catch {
      // nothing to do: the list of earlier conversations stays short
    }
  };
  const address = (id) => {
    const url = new URL(location.href);
    id ? url.searchParams.set("c", id) : url.searchParams.delete("c");
    url.hash = "";
    return url;
  };

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const bring = (element, block) => element.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });

  function showGroup(number) {
    for (const group of document.querySelectorAll("#lh-evidence .lh-group")) {
      group.hidden = group.dataset.group !== number;
    }
  }

  function openCard(mark) {
    const card = document.getElementById(mark.dataset.card);
    if (!card) return;
    showGroup(card.closest(".lh-group").dataset.group);
    for (const lit of document.querySelectorAll(".lh-lit")) lit.classList.remove("lh-lit");
    void card.offsetWidth; // restarts the flash where the same card is asked for again
    card.classList.add("lh-lit");
    mark.classList.add("lh-lit");
    lastMark = mark;
    card.focus({ preventScroll: true });
    bring(card, "nearest");
  }

  function closeCard(button) {
    const same = (mark) => mark.dataset.card === button.dataset.card;
    const marks = [...document.querySelectorAll("#lh-thread .lh-mark[data-card]")].filter(same);
    const mark = lastMark && marks.includes(lastMark) ? lastMark : marks[0];
    if (!mark) return;
    mark.focus({ preventScroll: true });
    bring(mark, "center");
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("button[data-card], button[data-ask]");
    if (!target) {
      for (const menu of document.querySelectorAll("#lh-recent details[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
      }
      return;
    }
    if (target.classList.contains("lh-mark")) openCard(target);
    else if (target.classList.contains("lh-back")) closeCard(target);
    else if (fire) {
      picked = target.dataset.ask;
      fire("submit");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("#lh-recent details[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else {
      const card = document.activeElement?.closest?.(".lh-card");
      if (card) closeCard(card.querySelector(".lh-back"));
    }
  });
  addEventListener("popstate", () => location.reload());

  // The newest question stands at the top of the view, so that its answer is read from its start; trouble stands above the box.
  function settle() {
    const last = document.querySelector("#lh-thread .lh-exchange:last-child");
    const trouble = last?.querySelector(".lh-trouble");
    if (last) bring(trouble ?? last, trouble ? "nearest" : "start");
  }
  let writing = false;
  let greeted = false;
  new MutationObserver(() => {
    const live = document.querySelector("#lh-live .lh-exchange");
    if (live && !writing) bring(live, "start");
    // the thread takes the answer over in another step of the same frame
    if (!live && writing) requestAnimationFrame(() => requestAnimationFrame(settle));
    writing = Boolean(live);
    const box = document.querySelector("#lh-box textarea");
    if (box && !greeted && document.querySelector(".lh-welcome")) {
      greeted = true;
      if (matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true }); // elsewhere it would raise a keyboard
    }
  }).observe(document, { childList: true, subtree: true });

  return {
    listen(_element, trigger) {
      fire = trigger;
    },
    arrived: () => [here(), seen()],
    asked(typed, conversation) {
      const question = picked ?? typed;
      picked = null;
      return [question, conversation, seen()];
    },
    keep(id) {
      if (id) remember(id);
      if (id !== here()) history[id ? "pushState" : "replaceState"](null, "", address(id));
      return [];
    },
  };
})();
