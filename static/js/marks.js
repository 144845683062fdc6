// Shows what a mark on the wall stands for while it is pointed at or has the keyboard focus. The words are those
// of the link itself; `title` goes, so that they do not show twice. Escape puts the words away.

function place(words, mark) {
  const at = mark.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - words.offsetWidth - 8);
  words.style.left = `${Math.max(8, left) + window.scrollX}px`;
  words.style.top = `${at.bottom + window.scrollY}px`;
}

function initialise() {
  const words = document.createElement("div");
  words.className = "mark-words";
  words.hidden = true;
  words.setAttribute("aria-hidden", "true");
  document.body.append(words);

  const show = (event) => {
    const mark = event.target.closest(".wall__mark");
    if (mark === null) {
      words.hidden ||= !words.contains(event.target);
      return;
    }
    mark.removeAttribute("title");
    words.textContent = mark.textContent.trim();
    words.hidden = false;
    place(words, mark);
  };
  const dismiss = (event) => {
    words.hidden ||= event.key === "Escape";
  };

  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("keydown", dismiss);
}

if (document.querySelector(".wall__mark") !== null) {
  initialise();
}
