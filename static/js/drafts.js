// Cards that save by themselves. What is typed is kept in this browser at once and sent to the server a moment later.
//
// The copy in the browser survives a lost connection and a closed tab: it goes when the server has taken all of it,
// when the update is sent, when the person signs out (app.js), and when somebody else opens their own cards on this
// machine. Each save has a key; keys whose answer never came are named with the next save, so that the server knows its
// own card from somebody else's. Once somebody else has saved, the card no longer saves by itself.

const FORM = "form[data-card]";
const PREFIX = "tracker-draft:";
const PAUSE = 1500; // milliseconds without typing
const PATIENCE = 15_000; // until the next try where the server cannot be reached
const MOST_KEYS = 12;
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "version", "basis", "save", "unanswered", "open", "step"]);

const states = new WeakMap();
const isCard = (element) => element?.matches?.(FORM) ?? false;
const keyOf = (form) => PREFIX + form.dataset.card;
const statusOf = (form) => form.querySelector(".update-card__saved");
const formOf = (element) => element.closest(FORM);

function answersOf(form) {
  return [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
}

function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(form) {
  if (document.body.dataset.signingOut) {
    return;
  }
  const state = states.get(form);
  const { version, basis } = form.elements;
  const copy = { at: Date.now(), version: version.value, basis: basis.value, answers: answersOf(form), keys: state.keys };
  try {
    localStorage.setItem(keyOf(form), JSON.stringify(copy));
  } catch {
    statusOf(form).textContent = "This browser keeps nothing: save the draft before you leave.";
  }
}

function forget(form) {
  localStorage.removeItem(keyOf(form));
}

function saveSoon(form, pause) {
  const state = states.get(form);
  window.clearTimeout(state.timer);
  if (!state.stopped) {
    state.timer = window.setTimeout(() => saveNow(form), pause);
  }
}

function saveNow(form) {
  const state = states.get(form);
  window.clearTimeout(state.timer);
  if (!state.stopped && state.edits !== state.saved && form.isConnected) {
    window.htmx.trigger(statusOf(form), "tracker:save");
  }
}

function typed(event) {
  const form = formOf(event.target);
  if (!states.has(form)) {
    return;
  }
  states.get(form).edits += 1;
  keep(form);
  saveSoon(form, PAUSE);
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function nameSave(event) {
  const form = formOf(event.detail.elt);
  const state = states.get(form);
  if (state === undefined || event.detail.verb !== "post") {
    return;
  }
  const key = newKey();
  event.detail.formData.set("save", key);
  event.detail.formData.set("unanswered", state.keys.join(" "));
  state.keys = [...state.keys, key].slice(-MOST_KEYS);
  state.sending = state.edits;
  if (state.edits !== state.saved) {
    keep(form);
  }
}

// What the server made of a save; status 0: it never answered, and may have taken it or not.
function answered(event) {
  const form = formOf(event.detail.elt);
  const state = states.get(form);
  if (state === undefined) {
    return;
  }
  const status = event.detail.xhr.status;
  if (status > 0 && status < 500) {
    state.keys = [];
  }
  if (isCard(event.detail.elt)) {
    if (status >= 200 && status < 300) {
      forget(form);
    }
    return;
  }
  (OUTCOMES[status] ?? unreachable)(form, state);
}

const OUTCOMES = {
  200: () => {}, // "tracker:saved" says how much of it was taken
  401: (form, state) => stop(form, state, "Not saved: you have been signed out. What you typed is kept in this browser until you sign in again."),
  403: (form, state) => stop(form, state, "Not saved: this page is too old. What you typed is kept in this browser: load the page again."),
  409: (form, state) => stop(form, state, statusOf(form).textContent.trim().startsWith("Not saved") ? "" : "Not saved: somebody else has saved this update. Compare the two texts above."),
};

function stop(form, state, words) {
  state.stopped = true;
  if (words) {
    statusOf(form).textContent = words;
  }
}

function unreachable(form) {
  statusOf(form).textContent = "Not saved: no connection. What you typed is kept in this browser.";
  saveSoon(form, PATIENCE);
}

function taken(event) {
  const form = formOf(event.target);
  const state = states.get(form);
  state.saved = state.sending;
  if (state.edits !== state.saved) {
    keep(form);
    saveSoon(form, PAUSE);
  } else if (event.detail.whole) {
    forget(form);
  } else {
    keep(form);
  }
  followSuggestion(form);
}

// What the dates suggest may have changed with the expected end: then another rating needs a reason.
function followSuggestion(form) {
  for (const part of form.querySelectorAll("[data-follows]")) {
    const better = document.getElementById(part.dataset.follows)?.dataset.better ?? "";
    part.dataset.shownFor = `${part.dataset.always ?? ""} ${better}`.trim();
  }
  form.dispatchEvent(new Event("change"));
}

function putBack(form, copy) {
  const waiting = copy.answers.slice();
  for (const field of form.elements) {
    const at = waiting.findIndex(([name]) => name === field.name);
    if (field.type === "radio") {
      field.checked = waiting.some(([name, value]) => name === field.name && value === field.value);
    } else if (at >= 0) {
      field.value = waiting[at][1];
    }
  }
  states.get(form).edits += 1;
  form.querySelectorAll("details").forEach((part) => {
    part.open ||= [...part.querySelectorAll("textarea, input")].some((field) => field.value !== field.defaultValue);
  });
  form.dispatchEvent(new Event("change"));
}

function offer(form, copy) {
  const when = new Date(copy.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const box = document.createElement("div");
  box.className = "kept";
  const words = document.createElement("p");
  words.textContent = `This browser kept what you typed at ${when}; the update has been saved elsewhere since.`;
  const text = document.createElement("blockquote");
  text.textContent = copy.answers.find(([name]) => name === "narrative")?.[1] ?? "";
  const back = button("Put it back", () => {
    putBack(form, copy);
    keep(form);
    saveSoon(form, PAUSE);
    statusOf(form).textContent = "Put back. It replaces what stood here once it is saved.";
  });
  const away = button("Throw it away", () => forget(form));
  for (const each of [back, away]) {
    each.addEventListener("click", () => {
      box.remove();
      form.elements.narrative.focus();
    });
  }
  box.append(words, text, back, away);
  document.getElementById(statusOf(form).id.replace(/saved$/, "conflict")).append(box);
}

function button(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link-button";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

const same = (form, copy) => JSON.stringify(answersOf(form)) === JSON.stringify(copy.answers);

function restore(form) {
  const copy = stored(keyOf(form));
  if (copy === null) {
    return;
  }
  const state = states.get(form);
  const { version, basis } = form.elements;
  const isSame = copy.version === version.value && copy.basis === basis.value;
  const own = isSame || copy.keys.includes(form.dataset.savedFrom);
  if (same(form, copy)) {
    forget(form);
  } else if (own) {
    state.keys = copy.keys;
    putBack(form, copy);
    statusOf(form).textContent = "What you typed before is back; it had not been saved.";
    saveSoon(form, PAUSE);
  } else {
    offer(form, copy);
  }
}

function begin(form) {
  if (states.has(form)) {
    return;
  }
  states.set(form, { edits: 0, saved: 0, sending: 0, keys: [], stopped: false, timer: 0 });
  form.addEventListener("input", typed);
  // A card that came back with something to mend shows what was typed: the copy has nothing to add.
  if (form.closest("section, main").querySelector(".govuk-error-summary, .conflict") === null) {
    restore(form);
  } else {
    keep(form);
  }
}

// Rows whose words only this browser has say so; what was sent needs no copy any more.
function noteRow(row) {
  const key = PREFIX + row.dataset.row;
  if (row.dataset.settled !== undefined) {
    localStorage.removeItem(key);
  } else if (stored(key) !== null && row.querySelector(".work-row__kept") === null) {
    const words = document.createElement("p");
    words.className = "work-row__kept";
    words.textContent = "Words not saved yet are kept in this browser: open it to save them.";
    row.querySelector(".work-row__note").append(words);
  }
}

function initialise(scope) {
  const within = (selector) => [...(scope.matches?.(selector) ? [scope] : []), ...scope.querySelectorAll(selector)];
  within(FORM).forEach(begin);
  within("[data-row]").forEach(noteRow);
}

// What is old, and what a person left whose sign-in ended without a sign-out: exempt text may be among it.
function dropForeign() {
  const shown = document.querySelector("[data-card], [data-row]")?.dataset;
  const own = shown && `${PREFIX}${(shown.card ?? shown.row).split(":")[0]}:`;
  const isOld = (key) => (stored(key)?.at ?? 0) < Date.now() - KEPT_FOR;
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  keys.filter((key) => isOld(key) || (own && !key.startsWith(own))).forEach((key) => localStorage.removeItem(key));
}

const saveAll = () => document.querySelectorAll(FORM).forEach((form) => states.has(form) && saveNow(form));

document.body.addEventListener("htmx:configRequest", nameSave);
document.body.addEventListener("htmx:afterRequest", answered);
document.body.addEventListener("tracker:saved", taken);
document.body.addEventListener("htmx:load", (event) => initialise(event.target));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveAll());
window.addEventListener("online", saveAll);

dropForeign();
initialise(document.body);
