// What every page gets: GOV.UK Frontend's behaviour (focus on errors, one submit per press, tabs, skip link).
// All of it is an improvement: without JavaScript each page does the same by itself.

const frontend = document.querySelector("script[data-frontend]").dataset.frontend;

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

const SIGNED_OUT = "tracker-signed-out"; // when, in this browser

// Words that only this browser has (drafts.js) are not left to whoever sits down at the machine next.
function forgetDrafts() {
  const kept = Object.keys(localStorage).filter((key) => key.startsWith("tracker-draft:"));
  kept.forEach((key) => localStorage.removeItem(key));
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.includes("/logout/")) {
    document.body.dataset.signingOut = "true"; // from here on nothing is kept
    forgetDrafts();
    localStorage.setItem(SIGNED_OUT, String(Date.now()));
  }
});

// A page that the Back button brings up whole from the browser's memory is asked for anew after a sign-out.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && Number(localStorage.getItem(SIGNED_OUT)) > performance.timeOrigin) {
    window.location.reload();
  }
});

const { initAll } = await import(frontend);
initAll();
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) {
    initAll({ scope: event.target });
  }
});
