// Shows a process: the drawing, and marks for where things stand or what is wrong. The same stands beside it in words.
import { choose, connectTools, fit, fontsReady, inLanguage, load, mark, name, renderer } from "./process-canvas.js";

async function show(section) {
  const place = section.querySelector("[data-canvas]");
  try {
    await fontsReady();
    const found = await load(section.dataset.drawing);
    const marks = section.dataset.marks ? JSON.parse(section.dataset.marks) : found.marks;
    const drawing = new window.BpmnJS({ container: place, zoomScroll: { enabled: false }, ...renderer });
    await drawing.importXML(inLanguage(found.bpmn));
    name(drawing, place.dataset.label);
    fit(drawing.get("canvas"));
    mark(drawing, marks);
    connectTools(drawing, section);
    new ResizeObserver(() => {
      drawing.get("canvas").resized();
      fit(drawing.get("canvas"));
    }).observe(place);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-choose]");
      if (link) choose(drawing, link.dataset.choose);
    });
    section.classList.add("is-drawn");
  } catch {
    // The words beside say the same; an empty frame would only be in the way.
    section.hidden = true;
  }
}

for (const section of document.querySelectorAll("[data-drawing]")) show(section);
