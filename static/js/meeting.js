// The meeting by keyboard, and by the clicker of whoever presents, which sends Page Up and Page Down. The links do the
// same without it. While somebody writes, or has written and not sent, the keys leave the page alone.

const STEPS = {
  ArrowRight: "next",
  PageDown: "next",
  ArrowLeft: "previous",
  PageUp: "previous",
  Home: "first",
  End: "last",
};
const FIELDS = "input, textarea, select";

function isUnsent(field) {
  return field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

const somethingIsUnsent = () => [...document.querySelectorAll("main textarea, main input")].some(isUnsent);

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const withAnother = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!step || withAnother || event.target.closest(FIELDS) || somethingIsUnsent()) {
    return;
  }
  const link = document.querySelector(`[data-step="${step}"]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});
