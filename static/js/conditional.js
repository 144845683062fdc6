// Shows a part of a form only for the answers that need it.
//
//   <div data-shown-by="status" data-shown-for="amber red">…fields…</div>
//
// `data-shown-by` is the name of the deciding field in the same form. Hidden parts keep what was typed; the
// server decides what counts. Without JavaScript all parts show.

function answerOf(form, name) {
  const field = form.elements.namedItem(name);
  if (field === null) {
    return "";
  }
  return field.type === "checkbox" ? String(field.checked) : field.value;
}

function showWhatIsNeeded(form) {
  for (const part of form.querySelectorAll("[data-shown-by]")) {
    const answer = answerOf(form, part.dataset.shownBy);
    part.hidden = !part.dataset.shownFor.split(/\s+/).filter(Boolean).includes(answer);
  }
}

function initialise(scope) {
  const forms = new Set([...scope.querySelectorAll("[data-shown-by]")].map((part) => part.closest("form")));
  for (const form of forms) {
    showWhatIsNeeded(form);
    form.addEventListener("change", () => showWhatIsNeeded(form));
  }
}

initialise(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) {
    initialise(event.target);
  }
});
