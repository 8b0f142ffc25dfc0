// The page's own behaviour: which side of it is shown, which conversation this is, and the way from a mark to its evidence and back.
// Loaded in the head; the page's parts call `longhaul` by name.
"use strict";

window.longhaul = (() => {
  const KEPT = "longhaul.conversations";
  const MOST_KEPT = 30;
  let picked = null; // a question that was clicked instead of typed
  let fire = null; // asks the picked question
  let lastMark = null;
  let fill = null; // puts the carried question into the box
  let carried = null; // a question from the board
  const scrolled = {}; // how far each side was read

  const asks = (name) => new URLSearchParams(location.search).get(name) || "";
  const side = () => (asks("tab") === "board" ? "board" : "chat");
  const here = () => asks("c");

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
  // The board's address does not name the conversation, so that it can be given to others; this window remembers it.
  const OPEN = "longhaul.open";
  const opened = (id) => {
    try {
      if (id !== undefined) sessionStorage.setItem(OPEN, id);
      return sessionStorage.getItem(OPEN) || "";
    } catch {
      return "";
    }
  };
  const HOME = "longhaul.home"; // the company that this visit asks for
  const home = (name) => {
    try {
      if (name !== undefined) sessionStorage.setItem(HOME, name);
      return sessionStorage.getItem(HOME);
    } catch {
      return null;
    }
  };
  const address = (id) => (id ? `?c=${encodeURIComponent(id)}` : "./");
  let current = side() === "board" ? here() || opened() : opened(here());

  const link = (name) => document.querySelector(`#lh-top a[data-tab="${name}"]`);
  function showSide() {
    const name = side();
    const before = document.documentElement.dataset.lhTab;
    if (before !== name) {
      if (before) scrolled[before] = scrollY;
      document.documentElement.dataset.lhTab = name;
      if (before) scrollTo({ top: scrolled[name] || 0, behavior: "instant" });
    }
    document.title = name === "board" ? "Board · Longhaul" : "Longhaul";
    for (const tab of ["chat", "board"].map(link)) {
      tab?.setAttribute("aria-selected", String(tab.dataset.tab === name));
      tab?.setAttribute("tabindex", tab.dataset.tab === name ? "0" : "-1");
    }
    link("chat")?.setAttribute("href", address(current));
  }
  function go(to) {
    history.pushState(null, "", to);
    arrive();
  }
  function arrive() {
    const question = asks("ask");
    if (question) {
      history.replaceState(null, "", address(current));
      carried = question;
    }
    showSide();
    if (side() === "board") window.longhaulBoard.arrive();
    if (carried && fill) fill();
  }
  document.documentElement.dataset.lhTab = side();

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
    const way = event.target.closest?.('a[data-tab], a[href^="?tab=board"], a[href^="?ask="]');
    if (way && !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      if (way.dataset.tab !== side()) go(way.getAttribute("href"));
      return;
    }
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
  // What is typed replaces the name that stands there.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("#lh-home input")) event.target.select();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("#lh-top [role=tab]") && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      const next = link(event.key === "Home" ? "chat" : event.key === "End" || side() === "chat" ? "board" : "chat");
      event.preventDefault();
      next.focus();
      if (next.dataset.tab !== side()) next.click();
      return;
    }
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
  addEventListener("popstate", () => {
    if (side() === "chat" && here() !== current) location.reload();
    else arrive();
  });

  // The newest question stands at the top of the view, so that its answer is read from its start; trouble stands above the box.
  function settle() {
    const last = document.querySelector("#lh-thread .lh-exchange:last-child");
    const trouble = last?.querySelector(".lh-trouble");
    if (last) bring(trouble ?? last, trouble ? "nearest" : "start");
  }
  let writing = false;
  let greeted = false;
  let dressed = false;
  new MutationObserver(() => {
    const live = document.querySelector("#lh-live .lh-exchange");
    if (live && !writing) bring(live, "start");
    // the thread takes the answer over in another step of the same frame
    if (!live && writing) requestAnimationFrame(() => requestAnimationFrame(settle));
    writing = Boolean(live);
    if (!dressed && link("board") && document.getElementById("lh-board")) {
      dressed = true;
      for (const [name, panel] of [["chat", "lh-main"], ["board", "lh-board"]]) {
        document.getElementById(panel).setAttribute("role", "tabpanel");
        document.getElementById(panel).setAttribute("aria-labelledby", `lh-tab-${name}`);
      }
      arrive();
    }
    const box = document.querySelector("#lh-box textarea");
    if (box && !greeted && document.querySelector(".lh-welcome")) {
      greeted = true;
      if (side() === "chat" && matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true }); // elsewhere it would raise a keyboard
    }
  }).observe(document, { childList: true, subtree: true });

  return {
    listen(_element, trigger) {
      fire = trigger;
    },
    arrived: () => [current, seen()],
    chosen: () => [home()],
    choose(name) {
      home(name ?? "");
      return [];
    },
    carries(trigger) {
      fill = trigger;
      if (carried) fill();
    },
    // The question comes into the box, to be sent or changed.
    carried() {
      const question = carried;
      carried = null;
      setTimeout(() => document.querySelector("#lh-box textarea")?.focus());
      return question;
    },
    boardIs: (to) => link("board")?.setAttribute("href", to),
    asked(typed, conversation, _seen, home) {
      const question = picked ?? typed;
      picked = null;
      return [question, conversation, seen(), home];
    },
    keep(id) {
      if (id) remember(id);
      current = opened(id || "") || id || "";
      showSide();
      if (side() === "chat" && id !== here()) history[id ? "pushState" : "replaceState"](null, "", address(id));
      return [];
    },
  };
})();
