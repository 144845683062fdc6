// What every page gets: GOV.UK Frontend's behaviour (focus on errors, one submit per press, tabs, skip link).
// All of it is an improvement: without JavaScript each page does the same by itself.

const frontend = document.querySelector("script[data-frontend]").dataset.frontend;

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

const { initAll } = await import(frontend);
initAll();
