// Ticking many: says how many are ticked, and offers to tick all on the page. Without JavaScript the boxes do the same.

function initialise(form) {
  const name = form.dataset.ticks;
  const boxes = [...form.elements].filter((box) => box.type === "checkbox" && box.name === name);
  if (boxes.length === 0) {
    return;
  }
  const said = form.querySelector("[data-ticked]");
  const all = document.createElement("button");
  all.type = "button";
  all.className = "link-button";

  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    said.textContent = `${ticked} of ${boxes.length} ticked`;
    all.textContent = ticked === boxes.length ? "Untick all" : "Tick all on this page";
  };
  const tickAll = () => {
    const ticked = boxes.some((box) => !box.checked);
    for (const box of boxes) {
      box.checked = ticked;
    }
    tell();
  };

  for (const box of boxes) {
    box.addEventListener("change", tell);
  }
  all.addEventListener("click", tickAll);
  said.after(" ", all);
  tell();
}

for (const form of document.querySelectorAll("form[data-ticks]")) {
  initialise(form);
}
