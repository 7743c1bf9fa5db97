// The form beside the drawing: what our namespace says of the chosen element. The same fields stand in the table.
const URI = "urn:motcua:jsonlogic:1";
const KINDS = {
  "bpmn:UserTask": "task", "bpmn:ManualTask": "task", "bpmn:Task": "task", "bpmn:CallActivity": "call",
  "bpmn:ReceiveTask": "wait", "bpmn:ExclusiveGateway": "gateway", "bpmn:InclusiveGateway": "gateway",
  "bpmn:ParallelGateway": "gateway", "bpmn:SequenceFlow": "flow", "bpmn:StartEvent": "event", "bpmn:EndEvent": "event",
};
const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];
const COMPARING = ["==", "!=", "<", "<=", ">", ">="];

function kindOf(element) {
  const definition = element.businessObject.eventDefinitions?.[0]?.$type;
  if (element.type === "bpmn:IntermediateCatchEvent") return definition === "bpmn:TimerEventDefinition" ? "timer" : "wait";
  if (element.type === "bpmn:BoundaryEvent") return definition === "bpmn:TimerEventDefinition" ? "boundary_timer" : "event";
  return KINDS[element.type] ?? "";
}

export class SideForm {
  constructor(drawing, form, data) {
    this.form = form;
    this.data = data;
    this.modeling = drawing.get("modeling");
    this.moddle = drawing.get("moddle");
    this.element = null;
    this.filling = false;
    drawing.get("eventBus").on("selection.changed", ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : null));
    drawing.get("eventBus").on("element.changed", ({ element }) => element === this.element && this.fill());
    form.addEventListener("change", (event) => this.changed(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[data-add-part]").addEventListener("click", () => this.addPart());
  }

  show(element) {
    this.element = element?.type === "label" ? element.labelTarget : element;
    const kind = this.element ? kindOf(this.element) : "";
    this.form.hidden = !kind;
    this.form.parentNode.querySelector("[data-nothing-chosen]").hidden = Boolean(kind);
    if (!kind) return;
    for (const group of this.form.querySelectorAll("[data-for]")) {
      group.hidden = !group.dataset.for.split(" ").includes(kind) || (group.dataset.ways !== undefined && !this.hasWays());
    }
    this.fill();
  }

  hasWays() {
    return kindOf(this.element) === "flow" && CHOOSING.includes(this.element.source?.type);
  }

  get object() {
    return this.element.businessObject;
  }

  field(name) {
    return this.form.elements.namedItem(name);
  }

  // --- from the drawing into the form ---

  fill() {
    this.filling = true;
    this.field("name").value = this.object.name ?? "";
    for (const name of ["title_en", "work", "function", "channel", "procedure", "partner", "awaits"]) {
      this.field(name).value = this.object.get(`motcua:${name}`) ?? (name === "work" ? "work" : "");
    }
    this.field("prepares").checked = this.object.get("motcua:prepares") === "true";
    const sets = (this.object.get("motcua:sets") ?? "").split(/\s+/);
    for (const box of this.form.querySelectorAll("[name=sets]")) box.checked = sets.includes(box.value);
    this.field("interrupts").checked = this.object.cancelActivity !== false;
    this.fillLimit();
    if (this.hasWays()) this.fillCondition();
    this.filling = false;
  }

  limit() {
    return this.object.extensionElements?.get("values").find((one) => one.$type === "motcua:Limit");
  }

  fillLimit() {
    const limit = this.limit();
    this.field("unit").value = limit?.unit ?? "";
    this.field("amount").value = limit?.amount ?? "";
    this.form.querySelector("[data-long-limit]").hidden = !(limit?.cutoff || limit?.phases?.length);
  }

  fillCondition() {
    this.field("default").checked = this.object.sourceRef?.default === this.object;
    const { joined, parts, other } = partsOf(this.object.conditionExpression?.body);
    this.field("joined").value = joined;
    const rows = this.form.querySelector("[data-parts]");
    rows.replaceChildren();
    for (const part of parts) this.addPart(part);
    this.form.querySelector("[data-other-condition]").hidden = !other;
    this.form.querySelector("[data-other-text]").textContent = other;
  }

  addPart(part = ["==", "", ""]) {
    if (!this.data.length) return;
    const row = this.form.querySelector("template[data-part]").content.firstElementChild.cloneNode(true);
    const [datum, operator] = row.querySelectorAll("select");
    datum.value = part[1] || this.data[0].name;
    operator.value = part[0];
    row.querySelector("[data-value]").append(this.valueBox(datum.value, part[2]));
    datum.addEventListener("change", () => row.querySelector("[data-value]").replaceChildren(this.valueBox(datum.value, "")));
    row.querySelector("button").addEventListener("click", () => {
      row.remove();
      this.changed(this.field("joined"));
    });
    this.form.querySelector("[data-parts]").append(row);
    if (!part[1]) this.changed(this.field("joined"));
  }

  valueBox(name, value) {
    const datum = this.data.find((one) => one.name === name);
    const label = this.form.dataset.valueLabel;
    if (!datum || datum.kind === "number") {
      const box = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", className: "govuk-input", value });
      box.setAttribute("aria-label", label);
      return box;
    }
    const box = Object.assign(document.createElement("select"), { className: "govuk-select" });
    box.setAttribute("aria-label", label);
    for (const [key, title] of datum.values) box.append(new Option(title, key, false, key === String(value)));
    return box;
  }

  // --- from the form into the drawing ---

  changed(box) {
    if (this.filling || !this.element) return;
    const name = box.name;
    if (name === "name") this.modeling.updateLabel(this.element, box.value.trim());
    else if (name === "unit" || name === "amount") this.saveLimit();
    else if (name === "interrupts") this.modeling.updateProperties(this.element, { cancelActivity: box.checked });
    else if (name === "default") this.saveDefault(box.checked);
    else if (name === "sets") this.save("sets", [...this.form.querySelectorAll("[name=sets]:checked")].map((one) => one.value).join(" "));
    else if (name === "prepares") this.save(name, box.checked ? "true" : "");
    else if (box.closest("[data-ways]")) this.saveCondition();
    else if (name) this.save(name, box.value.trim());
  }

  save(name, value) {
    this.modeling.updateProperties(this.element, { [`motcua:${name}`]: value || undefined });
  }

  saveLimit() {
    const unit = this.field("unit").value;
    const amount = unit === "same_day" ? "1" : this.field("amount").value.trim();
    if (unit && !/^[1-9]\d{0,3}$/.test(amount)) return;
    const old = this.object.extensionElements;
    const kept = (old?.get("values") ?? []).filter((one) => one.$type !== "motcua:Limit");
    const limit = unit ? [this.moddle.create("motcua:Limit", { unit, amount })] : [];
    const extensionElements = this.moddle.create("bpmn:ExtensionElements", { values: [...kept, ...limit] });
    for (const one of [...kept, ...limit]) one.$parent = extensionElements;
    extensionElements.$parent = this.object;
    this.modeling.updateProperties(this.element, { extensionElements });
  }

  saveDefault(chosen) {
    const source = this.element.source;
    this.modeling.updateProperties(source, { default: chosen ? this.object : undefined });
    if (chosen) this.modeling.updateProperties(this.element, { conditionExpression: undefined });
  }

  saveCondition() {
    const parts = [...this.form.querySelectorAll("[data-parts] > *")].map((row) => {
      const [datum, operator] = row.querySelectorAll("select");
      const value = this.typed(datum.value, row.querySelector("[data-value]").firstElementChild.value);
      return { [operator.value]: [{ var: datum.value }, value] };
    });
    if (!parts.length && !this.form.querySelector("[data-other-condition]").hidden) return;
    const logic = parts.length > 1 ? { [this.field("joined").value]: parts } : parts[0];
    const body = logic && JSON.stringify(logic);
    const conditionExpression = body && this.moddle.create("bpmn:FormalExpression", { body, language: URI });
    this.modeling.updateProperties(this.element, { conditionExpression });
    if (body && this.object.sourceRef.default === this.object) this.modeling.updateProperties(this.element.source, { default: undefined });
  }

  typed(name, value) {
    const kind = this.data.find((one) => one.name === name)?.kind;
    if (kind === "truth") return value === "true";
    const number = Number(value.replace(",", "."));
    return kind === "number" && value !== "" && !Number.isNaN(number) ? number : value;
  }
}

// A condition as rows of (operator, datum, value), where it is one comparison or several joined in one way.
function partsOf(body) {
  const nothing = { joined: "and", parts: [], other: "" };
  if (!body?.trim()) return nothing;
  try {
    const logic = JSON.parse(body);
    const [operator, operands] = Object.entries(logic)[0];
    const joined = operator === "and" || operator === "or";
    const parts = (joined ? operands : [logic]).map(partOf);
    if (parts.every(Boolean)) return { joined: joined ? operator : "and", parts, other: "" };
  } catch {
    // Not JSON: shown as it stands.
  }
  return { ...nothing, other: body };
}

function partOf(logic) {
  const [operator, operands] = Object.entries(logic)[0];
  const name = operands?.[0]?.var;
  return COMPARING.includes(operator) && typeof name === "string" ? [operator, name, operands[1]] : null;
}
