// Cards of the work list that htmx opens, sends and folds in their place: where the keyboard's focus goes, the count
// in the navigation, and what a server that cannot be reached means. Without JavaScript the same links and forms
// lead to whole pages.

const CARD = "form[data-card]";

function focusOn(selector) {
  const target = document.querySelector(selector);
  if (target === null) {
    return;
  }
  if (target.tabIndex < 0 && !target.hasAttribute("tabindex")) {
    target.setAttribute("tabindex", "-1");
  }
  target.focus();
}

function say(words) {
  const region = document.getElementById("work-said");
  if (region !== null) {
    region.textContent = words;
  }
}

// The server is told which other cards are open: it leaves those as they are.
function nameOpenCards(event) {
  const sent = event.detail.elt.closest("li[data-number]");
  const open = [...document.querySelectorAll(".work-row--open[data-number]")].filter((row) => row !== sent);
  event.detail.formData.delete("open");
  open.forEach((row) => event.detail.formData.append("open", row.dataset.number));
}

function count() {
  const left = document.getElementById("work-summary")?.dataset.left;
  const shown = document.querySelector('.header__link[aria-current="page"] .header__count');
  if (left !== undefined && shown !== null) {
    shown.firstChild.textContent = left;
    shown.hidden = left === "0";
  }
}

const WHY = { 0: "there is no connection", 401: "you have been signed out", 403: "the page is too old: load it again" };

// A send that did not arrive: the words stay in the card, and in this browser.
function tellFailure(event) {
  const form = event.detail.elt;
  if (!form.matches(CARD)) {
    say(`That did not work: ${WHY[event.detail.xhr.status] ?? "the server could not answer"}.`);
    return;
  }
  const words = document.createElement("p");
  words.className = "govuk-error-message";
  words.tabIndex = -1;
  words.textContent =
    `Not sent: ${WHY[event.detail.xhr.status] ?? "the server could not answer"}. ` +
    "What you wrote is kept in this browser: send it again in a moment.";
  form.querySelector(".send-problem")?.remove();
  words.classList.add("send-problem");
  form.querySelector(".actions").before(words);
  words.focus();
}

document.body.addEventListener("htmx:configRequest", nameOpenCards);
document.body.addEventListener("tracker:focus", (event) => focusOn(event.detail.target));
document.body.addEventListener("htmx:afterSettle", count);
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(failure, (event) => {
    if (!event.detail.elt.matches(".update-card__saved")) {
      tellFailure(event);
    }
  });
}
