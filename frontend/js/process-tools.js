// What the modeler offers: the elements of docs/rules/bpmn.md and no others.
const event = (type, definition) => ({ type: `bpmn:${type}`, eventDefinitionType: `bpmn:${definition}EventDefinition` });
const CREATE = [
  ["start", "event", "bpmn-icon-start-event-none", "Start", { type: "bpmn:StartEvent" }],
  ["end", "event", "bpmn-icon-end-event-none", "End", { type: "bpmn:EndEvent" }],
  ["task", "activity", "bpmn-icon-user-task", "Task", { type: "bpmn:UserTask" }],
  ["call", "activity", "bpmn-icon-call-activity", "Partner's part", { type: "bpmn:CallActivity" }],
  ["wait", "activity", "bpmn-icon-receive-task", "Wait", { type: "bpmn:ReceiveTask" }],
  ["timer", "event", "bpmn-icon-intermediate-event-catch-timer", "Timer", event("IntermediateCatchEvent", "Timer")],
  ["exclusive", "gateway", "bpmn-icon-gateway-xor", "Exclusive gateway", { type: "bpmn:ExclusiveGateway" }],
  ["parallel", "gateway", "bpmn-icon-gateway-parallel", "Parallel gateway", { type: "bpmn:ParallelGateway" }],
  ["inclusive", "gateway", "bpmn-icon-gateway-or", "Inclusive gateway", { type: "bpmn:InclusiveGateway" }],
];
const APPENDED = new Set(["task", "exclusive", "end"]);
// What is kept of the usual pad beside an element, and of the usual menu of other forms.
const KEPT_PAD = new Set(["delete", "connect"]);
const KEPT_FORMS = new Set([
  "replace-with-user-task", "replace-with-receive-task", "replace-with-call-activity",
  "replace-with-exclusive-gateway", "replace-with-parallel-gateway", "replace-with-inclusive-gateway",
  "replace-with-timer-intermediate-catch", "replace-with-message-intermediate-catch",
  "replace-with-timer-boundary", "replace-with-non-interrupting-timer-boundary", "replace-with-error-boundary",
]);
const HOSTS = ["bpmn:UserTask", "bpmn:ManualTask", "bpmn:Task", "bpmn:CallActivity", "bpmn:ReceiveTask"];

class Palette {
  constructor(palette, create, elementFactory, handTool, lassoTool, globalConnect, translate) {
    Object.assign(this, { create, elementFactory, handTool, lassoTool, globalConnect, translate });
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    const tool = (group, className, title, start) => ({ group, className, title: this.translate(title), action: { click: start } });
    const entries = {
      hand: tool("tools", "bpmn-icon-hand-tool", "Move the view", (e) => this.handTool.activateHand(e)),
      lasso: tool("tools", "bpmn-icon-lasso-tool", "Choose several", (e) => this.lassoTool.activateSelection(e)),
      connect: tool("tools", "bpmn-icon-connection-multi", "Connect", (e) => this.globalConnect.start(e)),
      line: { group: "tools", separator: true },
    };
    for (const [key, group, className, title, form] of CREATE) {
      const start = (e) => this.create.start(e, this.elementFactory.createShape({ ...form }));
      entries[key] = { group, className, title: this.translate(title), action: { dragstart: start, click: start } };
    }
    return entries;
  }
}
Palette.$inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "globalConnect", "translate"];

class Pad {
  constructor(contextPad, autoPlace, elementFactory, modeling, popupMenu, translate) {
    Object.assign(this, { autoPlace, elementFactory, modeling, popupMenu, translate });
    // After the usual provider: what it offers is cut down, then ours is added.
    contextPad.registerProvider(500, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const kept = Object.fromEntries(Object.entries(entries).filter(([key]) => KEPT_PAD.has(key)));
      return { ...this.changing(element), ...kept, ...this.appending(element), ...this.attaching(element) };
    };
  }

  getMultiElementContextPadEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => KEPT_PAD.has(key) || key === "align-elements"));
  }

  changing(element) {
    if (this.popupMenu.isEmpty(element, "bpmn-replace")) return {};
    const title = this.translate("Change type");
    const open = ({ clientX: x, clientY: y }) => this.popupMenu.open(element, "bpmn-replace", { x, y, cursor: { x, y } }, { title, width: 260 });
    return { replace: { group: "edit", className: "bpmn-icon-screw-wrench", title, action: { click: open } } };
  }

  appending(element) {
    if (!element.businessObject.$instanceOf("bpmn:FlowNode") || element.businessObject.$instanceOf("bpmn:EndEvent")) return {};
    const offered = CREATE.filter(([key]) => APPENDED.has(key)).map(([key, , className, title, form]) => {
      const append = () => this.autoPlace.append(element, this.elementFactory.createShape({ ...form }));
      return [`append-${key}`, { group: "model", className, title: this.translate(title), action: { click: append } }];
    });
    return Object.fromEntries(offered);
  }

  attaching(element) {
    if (!HOSTS.includes(element.type)) return {};
    const attach = (definition) => () => {
      const beside = element.attachers.length * 44 + 22;
      const place = { x: element.x + element.width - beside, y: element.y + element.height };
      this.modeling.createShape(event("BoundaryEvent", definition), place, element, { attach: true });
    };
    const entry = (className, title, definition) => ({ group: "attach", className, title: this.translate(title), action: { click: attach(definition) } });
    const offered = { "attach-timer": entry("bpmn-icon-intermediate-event-catch-timer", "When time runs out", "Timer") };
    if (element.type !== "bpmn:ReceiveTask") {
      offered["attach-error"] = entry("bpmn-icon-intermediate-event-catch-error", "When it fails", "Error");
    }
    return offered;
  }
}
Pad.$inject = ["contextPad", "autoPlace", "elementFactory", "modeling", "popupMenu", "translate"];

class Forms {
  constructor(popupMenu) {
    popupMenu.registerProvider("bpmn-replace", 500, this);
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => KEPT_FORMS.has(key)));
  }

  getPopupMenuHeaderEntries() {
    return () => ({});
  }
}
Forms.$inject = ["popupMenu"];

// A name that nobody changed is no step to take back, though its box was another size than expected.
class Unnamed {
  constructor(labelEditingProvider) {
    const update = labelEditingProvider.update.bind(labelEditingProvider);
    labelEditingProvider.update = (element, typed, before, bounds) => {
      if (typed !== before) update(element, typed, before, bounds);
    };
  }
}
Unnamed.$inject = ["labelEditingProvider"];

// An element that gets another name loses its old English one, which would be wrong; both come back in one step.
class Renamed {
  constructor(eventBus, modeling) {
    eventBus.on("commandStack.element.updateLabel.postExecuted", ({ context }) => {
      const element = context.element.labelTarget ?? context.element;
      const known = element.businessObject.get("motcua:title_en");
      if (!known || (context.oldLabel ?? "") === (context.newLabel ?? "")) return;
      modeling.updateProperties(element, { "motcua:title_en": undefined });
    });
  }
}
Renamed.$inject = ["eventBus", "modeling"];

// Under the name of the usual palette ours takes its place; pad and menu are cut down beside the usual ones.
export const tools = {
  __init__: ["paletteProvider", "motcuaPad", "motcuaForms", "motcuaUnnamed", "motcuaRenamed"],
  paletteProvider: ["type", Palette],
  motcuaPad: ["type", Pad],
  motcuaForms: ["type", Forms],
  motcuaUnnamed: ["type", Unnamed],
  motcuaRenamed: ["type", Renamed],
};
