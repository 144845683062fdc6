// Keeps the round desk current: asks every 15 seconds for what has changed, not while the page is hidden, and at once
// when it is shown again. The answer is empty while nothing has changed. What a person has ticked, chosen or unfolded
// stays as it is; htmx keeps the focus, since everything that can take it has an id.

const EVERY = 15_000;

const live = () => document.getElementById("round-live");

function look() {
  if (!document.hidden && live() !== null) {
    window.htmx.trigger(live(), "look");
  }
}

// The answers that the page itself did not give, by the id of their field.
function answersIn(part) {
  const given = new Map();
  for (const field of part.querySelectorAll("select, input[type=checkbox]")) {
    given.set(field.id, field.type === "checkbox" ? field.checked : field.value);
  }
  return given;
}

function answerAgain(part, given) {
  for (const [id, answer] of given) {
    const field = part.querySelector(`#${CSS.escape(id)}`);
    if (field?.type === "checkbox") {
      field.checked = answer;
    } else if (field) {
      field.value = answer;
    }
  }
}

let given = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "round-live") {
    return;
  }
  // After the session has ended the answer is the sign-in page: that belongs to the next press, not into this one.
  if (!event.detail.serverResponse.includes('id="round-live"')) {
    event.detail.shouldSwap = false;
    return;
  }
  given = answersIn(event.detail.target);
});

document.addEventListener("htmx:afterSettle", () => {
  if (live() !== null) {
    answerAgain(live(), given);
  }
});

document.addEventListener("visibilitychange", look);
window.setInterval(look, EVERY);
