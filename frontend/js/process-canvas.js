// What every page with a drawing shares: the tools above it, and marks on it.
const STEP = 1.25;
const MARGIN = 24;
const OURS = "urn:motcua:process:1";

// Buttons with data-tool work on the drawing that stands in the same section.
export function connectTools(drawing, section) {
  const canvas = drawing.get("canvas");
  const stack = drawing.get("commandStack", false);
  const tools = {
    closer: () => canvas.zoom(canvas.zoom() * STEP),
    farther: () => canvas.zoom(canvas.zoom() / STEP),
    whole: () => fit(canvas),
    undo: () => {
      // A name that is being typed is no step yet: it ends with what was typed, and that goes first.
      const typing = drawing.get("directEditing", false);
      if (typing?.isActive()) typing.complete();
      stack.undo();
    },
    redo: () => stack.redo(),
  };
  const buttons = section.querySelectorAll("[data-tool]");
  for (const button of buttons) button.addEventListener("click", () => tools[button.dataset.tool]());
  if (!stack) return;
  const able = { undo: () => stack.canUndo(), redo: () => stack.canRedo() };
  const show = () => {
    for (const button of buttons) button.disabled = able[button.dataset.tool]?.() === false;
  };
  drawing.get("eventBus").on("commandStack.changed", show);
  show();
}

// Show everything, nothing larger than it was drawn, and nothing under the palette at the left.
export function fit(canvas) {
  const palette = canvas.getContainer().querySelector(".djs-palette");
  const left = palette ? palette.offsetLeft + palette.offsetWidth : 0;
  const { inner, outer } = canvas.viewbox();
  const [wide, high] = [outer.width - left - 2 * MARGIN, outer.height - 2 * MARGIN];
  const scale = Math.min(1, wide / inner.width, high / inner.height);
  if (!(scale > 0)) return;
  canvas.viewbox({
    x: inner.x - (left + MARGIN + (wide - inner.width * scale) / 2) / scale,
    y: inner.y - (MARGIN + (high - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

// A mark says something about one element: a class on it, and words beside it where there are any.
export function mark(drawing, marks) {
  const canvas = drawing.get("canvas");
  const overlays = drawing.get("overlays");
  const registry = drawing.get("elementRegistry");
  overlays.remove({ type: "mc-mark" });
  for (const shown of registry.getAll()) {
    for (const kind of KINDS) canvas.removeMarker(shown, `mc-mark-${kind}`);
  }
  for (const { id, kind, text } of marks) {
    const shown = registry.get(id);
    if (!shown || !shown.parent) continue;
    canvas.addMarker(shown, `mc-mark-${kind}`);
    if (!text) continue;
    const words = document.createElement("span");
    words.className = `mc-mark mc-mark--${kind}`;
    words.textContent = text;
    const position = shown.waypoints ? { top: -24, left: 0 } : { top: -20, left: 0 };
    overlays.add(id, "mc-mark", { position, html: words });
  }
}

const KINDS = ["now", "late", "done", "fault", "warning", "missing"];

// A drawing is a picture with a name; what it shows stands in words beside it.
export function name(drawing, label) {
  const picture = drawing.get("canvas").getContainer().querySelector("svg");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
}

// Bring an element into view and, where the drawing can, choose it.
export function choose(drawing, id) {
  const shown = drawing.get("elementRegistry").get(id);
  if (!shown) return;
  drawing.get("canvas").scrollToElement(shown);
  const selection = drawing.get("selection", false);
  if (selection) selection.select(shown);
}

// A picture to be looked at is named in the language of the page, as far as the process has names in it.
export function inLanguage(bpmn) {
  if (document.documentElement.lang !== "en") return bpmn;
  const drawn = new DOMParser().parseFromString(bpmn, "application/xml");
  for (const element of drawn.querySelectorAll("[name]")) {
    const english = element.getAttributeNS(OURS, "title_en");
    if (english) element.setAttribute("name", english);
  }
  return new XMLSerializer().serializeToString(drawn);
}

export async function load(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

// Labels are measured when they are drawn: the fonts have to be there before.
export async function fontsReady() {
  await Promise.allSettled([document.fonts.load('14px "Be Vietnam Pro"'), document.fonts.ready]);
}

export const renderer = { textRenderer: { defaultStyle: { fontFamily: '"Be Vietnam Pro", sans-serif', fontSize: 12 } } };
