// Keyboard of the page of confirmation: in the block that has the focus, "a" accepts, "s" opens the form of
// correction, "h" the question; Escape closes what is open. j and k walk through the blocks (desk.js).
const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

function open(details) {
  details.open = true;
  const box = details.querySelector("input:not([type=hidden]), select, textarea");
  if (box) box.focus();
}

function close(block) {
  for (const details of block.querySelectorAll("details[data-do][open]")) details.open = false;
  block.querySelector("a[data-row]").focus();
}

document.addEventListener("keydown", (event) => {
  const block = event.target.closest("[data-doubt]");
  if (!block || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") {
    close(block);
    event.preventDefault();
    return;
  }
  if (typing(event.target) || !/^[ash]$/.test(event.key)) return;
  const part = block.querySelector(`[data-do="${event.key}"]`);
  if (!part) return;
  event.preventDefault();
  if (part.matches("details")) open(part);
  else if (!event.repeat) part.click();
});
