// Draws a process: saves by itself, shows the table as it then is, and loses nothing when somebody else was faster.
import { choose, connectTools, fit, fontsReady, load, mark, name, renderer } from "./process-canvas.js";
import { moddle } from "./process-moddle.js";
import { SideForm } from "./process-side.js";
import { tools } from "./process-tools.js";
import { words } from "./process-words.js";

const QUIET_MS = 900;

class Editor {
  constructor(section) {
    this.section = section;
    this.status = section.querySelector("[data-status]");
    this.changed = 0;
    this.saved = 0;
    this.saving = null;
    this.stopped = false;
  }

  async open() {
    const container = this.section.querySelector(".mc-editor__panes [data-canvas]");
    await fontsReady();
    const { bpmn, marks, revision, data } = await load(this.section.dataset.editor);
    this.revision = revision;
    this.drawing = new window.BpmnJS({
      container, moddleExtensions: { motcua: moddle }, additionalModules: [tools, words], zoomScroll: { enabled: false }, ...renderer,
    });
    await this.drawing.importXML(bpmn);
    // What drawing it took is nothing that a person did or could take back.
    this.drawing.get("commandStack").clear();
    name(this.drawing, container.dataset.label);
    fit(this.drawing.get("canvas"));
    mark(this.drawing, marks);
    connectTools(this.drawing, this.section);
    this.side = new SideForm(this.drawing, this.section.querySelector("[data-side]"), data);
    this.drawing.get("eventBus").on("commandStack.changed", () => this.touched());
    this.section.classList.add("is-drawn");
    this.listen();
    const asked = new URLSearchParams(location.search).get("chon");
    if (asked) choose(this.drawing, asked);
  }

  listen() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-choose]");
      if (link) choose(this.drawing, link.dataset.choose);
    });
    // A form or a way to another page waits until what was drawn is saved.
    document.addEventListener("submit", (event) => {
      if (event.target.matches("[data-side]") || !this.waits()) return;
      event.preventDefault();
      this.flush().then(() => this.dirty || this.submit(event.target, event.submitter));
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      const elsewhere = link && link.origin === location.origin && link.pathname !== location.pathname;
      if (!elsewhere || event.ctrlKey || event.metaKey || event.shiftKey || !this.waits()) return;
      event.preventDefault();
      this.flush().then(() => this.dirty || location.assign(link.href));
    });
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    this.section.querySelector("[data-overwrite]").addEventListener("click", () => this.overwrite());
    this.section.querySelector("[data-mine]").addEventListener("click", () => this.download());
  }

  waits() {
    return this.dirty && !this.stopped;
  }

  // Saving has put a new table in the place of the one whose button was pressed: the same button is pressed there.
  submit(form, button) {
    const now = form.isConnected ? button : document.getElementById(button?.id);
    const sent = now?.form ?? (form.isConnected ? form : null);
    const expected = sent?.elements.namedItem("expected");
    if (expected) expected.value = this.revision;
    sent?.requestSubmit(now);
  }

  get dirty() {
    return this.changed !== this.saved;
  }

  touched() {
    this.changed += 1;
    this.say(this.stopped ? "failed" : "saving");
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.flush(), QUIET_MS);
  }

  say(key, filled = "") {
    this.status.textContent = this.status.dataset[key].replace("%s", filled);
    this.status.classList.toggle("is-wrong", key === "failed");
  }

  async flush() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (!this.dirty || this.stopped) return;
    this.saving = this.send();
    try {
      await this.saving;
    } finally {
      this.saving = null;
    }
  }

  async send() {
    const about = this.changed;
    try {
      const { xml } = await this.drawing.saveXML({ format: true });
      const body = new FormData();
      body.set("expected", this.revision);
      body.set("bpmn", new Blob([xml], { type: "application/xml" }), "quy-trinh.bpmn");
      const answer = await fetch(this.section.dataset.save, {
        method: "POST", body, headers: { "X-CSRFToken": this.section.dataset.token, Accept: "application/json" },
      });
      if (answer.status === 409) return this.conflict(await answer.json());
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.accept(await answer.json(), about);
    } catch {
      this.say("failed");
      if (!this.stopped) this.timer = setTimeout(() => this.flush(), 10 * QUIET_MS);
    }
  }

  accept({ revision, at, table, marks }, about) {
    this.revision = revision;
    this.saved = about;
    this.say(this.dirty ? "saving" : "saved", at);
    mark(this.drawing, marks);
    this.refresh(table);
  }

  refresh(table) {
    const place = document.querySelector("[data-table]");
    // Whoever is at work in the table keeps their place in it.
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = table;
    if (focused) document.getElementById(focused)?.focus();
    for (const box of document.querySelectorAll("input[name=expected]")) box.value = this.revision;
  }

  // Somebody else saved meanwhile: both drawings are shown, and the person says which one stays.
  async conflict({ revision, bpmn, said }) {
    this.stopped = true;
    this.theirs = revision;
    this.say("failed");
    const notice = this.section.querySelector("[data-conflict]");
    notice.querySelector("[data-said]").textContent = said;
    notice.hidden = false;
    notice.focus();
    const place = notice.querySelector("[data-canvas]");
    if (!place.childElementCount) {
      const shown = new window.BpmnJS({ container: place, additionalModules: [QUIET], zoomScroll: { enabled: false }, ...renderer });
      await shown.importXML(bpmn);
      fit(shown.get("canvas"));
    }
  }

  overwrite() {
    this.revision = this.theirs;
    this.stopped = false;
    this.section.querySelector("[data-conflict]").hidden = true;
    this.flush();
  }

  async download() {
    const { xml } = await this.drawing.saveXML({ format: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
    link.download = "quy-trinh-cua-toi.bpmn";
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

// The other drawing is to be looked at only.
class Nothing {}
const QUIET = {
  paletteProvider: ["type", Nothing],
  contextPadProvider: ["type", Nothing],
  directEditing: ["value", { registerProvider() {}, activate() {}, complete() {}, cancel() {}, isActive: () => false }],
  move: ["type", Nothing],
  bendpoints: ["type", Nothing],
  connectionSegmentMove: ["type", Nothing],
  resize: ["type", Nothing],
  labelEditingProvider: ["type", Nothing],
};

for (const section of document.querySelectorAll("[data-editor]")) {
  new Editor(section).open().catch(() => {
    // The table does all that the drawing does.
    section.classList.add("is-not-drawn");
    section.querySelector(".mc-editor__failed").hidden = false;
  });
}
