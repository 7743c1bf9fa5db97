// Keyboard of the queue: j and k walk through the rows, Enter opens the one in focus, "/" goes to the search box.
import "./app.js";

const rows = () => [...document.querySelectorAll("[data-queue] a[data-row]")];

function step(by) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const start = here < 0 ? all.findIndex((row) => row.hasAttribute("aria-current")) : here;
  const next = start < 0 ? 0 : Math.min(Math.max(start + by, 0), all.length - 1);
  all[next].focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") {
    const box = document.querySelector("[data-find]");
    if (!box) return;
    box.focus();
  } else return;
  event.preventDefault();
});
