// The board: its address is its state. The server gives its parts as HTML; this asks for them, one state at a time.
"use strict";

window.longhaulBoard = (() => {
  const FIELDS = ["find", "words", "role", "publisher", "since", "until", "as_of"];
  const NAME = "longhaul.name";
  const TYPING = 250; // milliseconds without a key before a filter that is typed takes effect
  const ACTS = {
    confirm: ["Confirm", "It counts in full."],
    correct: ["Correct", "Say what the sentence really does for this actor."],
    reject: ["Reject", "It says nothing of how this actor stands, and no longer counts."],
  };
  let root = null;
  let server = null;
  let asked = 0; // calls so far: an answer to any but the last comes too late
  let loaded = false;
  let opening = false;
  let timer = null;
  let opener = null; // the button that opened the form

  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const form = () => part("filters");
  const judging = () => root.querySelector("form.lh-judgement");
  const here = () => new URLSearchParams(location.search);
  const shown = () => document.documentElement.dataset.lhTab === "board";
  const view = () => Object.fromEntries([...here()].filter(([name]) => name !== "tab" && name !== "c"));
  const name = () => {
    try {
      return localStorage.getItem(NAME) || "";
    } catch {
      return ""; // denied in some private windows
    }
  };

  function go(changes, push = false) {
    const query = here();
    query.set("tab", "board");
    query.delete("c");
    for (const [key, value] of Object.entries(changes)) value ? query.set(key, value) : query.delete(key);
    const address = `?${query}`;
    if (address !== location.search) history[push ? "pushState" : "replaceState"](null, "", address);
    return show();
  }

  // What is put in place of a part takes over its focus and what was unfolded in it.
  function fill(parts) {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    for (const [key, html] of Object.entries(parts)) {
      const element = part(key);
      if (!element) continue;
      if (key === "found") {
        if (element.textContent !== html) element.textContent = html;
        continue;
      }
      const open = [...element.querySelectorAll("details[data-keep][open]")].map((each) => each.dataset.keep);
      element.innerHTML = html;
      for (const each of element.querySelectorAll("details[data-keep]")) each.open = open.includes(each.dataset.keep);
    }
    if (focused && !root.contains(document.activeElement)) focusOn(focused);
    if ("filters" in parts) fold();
    dress();
  }

  function focusOn(key) {
    root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  // The form says what the address says; a field that somebody is typing in is left alone.
  function dress() {
    const query = here();
    const basis = (query.get("basis") || "").split(",");
    let narrowing = 0;
    for (const field of form().elements) {
      const value = query.get(field.name) || "";
      if (field.type === "checkbox") {
        field.checked = field.name === "basis" ? basis.includes(field.value) : value === "1";
        narrowing += field.checked;
      } else if (field.name === "sort") {
        const known = [...field.options].some((option) => option.value === value);
        field.value = known ? value : "-confidence";
      } else if (FIELDS.includes(field.name)) {
        if (field.tagName === "SELECT" && value && ![...field.options].some((option) => option.value === value)) {
          field.add(new Option(value, value));
        }
        if (field !== document.activeElement && field.value !== value) field.value = value;
        narrowing += Boolean(value) && field.type !== "search";
      }
    }
    const count = form().querySelector(".lh-more summary b");
    if (count) count.textContent = narrowing || "";
    window.longhaul.boardIs(`?${query}`);
  }

  function fold() {
    const more = form().querySelector(".lh-more");
    const narrow = matchMedia("(max-width: 56rem)");
    const set = () => {
      more.open = !narrow.matches;
    };
    set();
    narrow.addEventListener("change", set);
  }

  async function call(method, sent) {
    const turn = ++asked;
    part("table").setAttribute("aria-busy", "true");
    let parts;
    try {
      parts = await server[method](sent);
    } catch {
      parts = null; // said below
    }
    if (turn !== asked) return null;
    part("table").removeAttribute("aria-busy");
    return parts || { wrong: "Longhaul does not answer. See whether it still runs, then try again." };
  }

  async function show() {
    const parts = await call("show", { view: view(), first: !loaded });
    if (!parts) return;
    if (parts.wrong) {
      if (!loaded) part("table").replaceChildren();
      said(parts.wrong);
      return;
    }
    loaded ||= "filters" in parts;
    fill(parts);
  }

  function said(words) {
    const line = document.createElement("p");
    line.textContent = words;
    part("said").replaceChildren(line);
  }

  function judge(button) {
    judging()?.remove();
    const card = button.closest("[data-claim]");
    const act = button.dataset.act;
    const made = document.getElementById("lh-judgement").content.firstElementChild.cloneNode(true);
    made.dataset.act = act;
    made.setAttribute("aria-label", ACTS[act][0]);
    made.querySelector(".lh-hint").textContent = ACTS[act][1];
    made.querySelector("[type=submit]").textContent = ACTS[act][0];
    made.querySelector(".lh-choices").hidden = act !== "correct";
    if (act === "confirm") made.querySelector("label > span").textContent = "Reason, if you like";
    made.elements.outcome.value = card.dataset.outcome;
    made.elements.basis.value = card.dataset.basis;
    made.elements.who.value = name();
    card.append(made);
    opener = button;
    (act === "correct" ? made.elements.outcome : made.elements.why).focus({ preventScroll: true });
    made.scrollIntoView({ block: "nearest" });
  }

  function cancel() {
    judging()?.remove();
    opener?.focus({ preventScroll: true });
  }

  async function keep(made) {
    const card = made.closest("[data-claim]");
    const { why, who, outcome, basis } = made.elements;
    const missing = [[why, "Say in a few words why.", made.dataset.act !== "confirm"], [who, "Say who you are.", true]]
      .find(([field, , needed]) => needed && !field.value.trim());
    const wrong = made.querySelector(".lh-wrong");
    wrong.textContent = missing ? missing[1] : "";
    if (missing) {
      missing[0].setAttribute("aria-invalid", "true");
      missing[0].focus();
      return;
    }
    try {
      localStorage.setItem(NAME, who.value.trim());
    } catch {
      // nothing to do: the name is typed again next time
    }
    made.querySelector("[type=submit]").disabled = true;
    const parts = await call("judge", {
      view: view(), claim: card.dataset.claim, act: made.dataset.act, why: why.value, who: who.value, outcome: outcome.value,
      basis: basis.value, seen_outcome: card.dataset.outcome, seen_basis: card.dataset.basis,
    });
    if (!parts) return;
    if (parts.wrong) {
      wrong.textContent = parts.wrong;
      made.querySelector("[type=submit]").disabled = false;
      return;
    }
    const key = opener?.dataset.key;
    made.remove();
    fill(parts);
    if (key) focusOn(key);
    if (!root.contains(document.activeElement)) focusOn("undo-last");
  }

  async function undo(button) {
    const parts = await call("undo", { view: view(), correction: button.dataset.undo, who: name() });
    if (!parts) return;
    if (parts.wrong) {
      said(parts.wrong);
      return;
    }
    fill(parts);
    if (!root.contains(document.activeElement)) root.querySelector(".lh-toast [data-hush]")?.focus({ preventScroll: true });
  }

  function clear() {
    form().reset();
    const none = Object.fromEntries([...FIELDS, "basis", "roll_up"].map((field) => [field, ""]));
    for (const field of form().elements) {
      if (field.type === "search" || field.type === "date") field.value = "";
      if (field.type === "checkbox") field.checked = false;
    }
    if (matchMedia("(pointer: fine)").matches) form().elements.find.focus({ preventScroll: true });
    return go(none);
  }

  function narrow(field) {
    if (field.name === "basis") {
      const checked = [...form().querySelectorAll("[name=basis]:checked")].map((each) => each.value);
      return go({ basis: checked.join(",") });
    }
    if (field.type === "checkbox") return go({ [field.name]: field.checked ? "1" : "" });
    return go({ [field.name]: field.name === "sort" && field.value === "-confidence" ? "" : field.value });
  }

  function clicked(event) {
    const target = event.target.closest("button, summary, a, input, label, select, textarea");
    const row = target ? null : event.target.closest("tr[data-row]");
    const button = row ? row.querySelector("[data-open]") : target;
    if (!button || (row && getSelection().toString())) return; // words of the row are being copied
    const { open, sort, act, undo: taken } = button.dataset;
    if (open !== undefined) go({ actor: button.getAttribute("aria-expanded") === "true" ? "" : open }, true);
    else if (sort !== undefined) go({ sort: sort === "-confidence" ? "" : sort });
    else if (act !== undefined) judge(button);
    else if (taken !== undefined) undo(button);
    else if (button.dataset.clear !== undefined) clear();
    else if (button.dataset.cancel !== undefined) cancel();
    else if (button.dataset.hush !== undefined) part("said").replaceChildren();
  }

  function listen() {
    root.addEventListener("click", clicked);
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.target === judging()) keep(event.target);
      else if (document.activeElement.form === form()) {
        clearTimeout(timer);
        narrow(document.activeElement);
      }
    });
    form().addEventListener("input", (event) => {
      const field = event.target;
      clearTimeout(timer);
      if (field.type === "search") timer = setTimeout(() => narrow(field), TYPING);
    });
    form().addEventListener("change", (event) => {
      if (event.target.type === "search") return;
      narrow(event.target);
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && judging()?.contains(event.target)) cancel();
    });
  }

  // Shows what the address says, unless somebody is writing: they would lose their words.
  async function arrive() {
    if (!root || !shown() || opening || judging()) return;
    const first = !loaded;
    const wanted = location.search;
    opening = first;
    await show();
    opening = false;
    if (location.search !== wanted) return arrive(); // somebody was quicker
    if (first && here().get("actor")) {
      const row = root.querySelector("tr[data-opened]");
      row?.scrollIntoView({ block: "start" });
      row?.querySelector("[data-open]").focus({ preventScroll: true });
    }
  }

  return {
    start(element, functions) {
      root = element.querySelector(".lh-board");
      server = functions;
      listen();
      arrive();
    },
    arrive,
  };
})();
