// Our namespace as bpmn-js reads and writes it; what the fields mean: docs/rules/bpmn.md.
const text = (name) => ({ name, type: "String", isAttr: true });

export const moddle = {
  name: "Motcua",
  prefix: "motcua",
  uri: "urn:motcua:process:1",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Told", extends: ["bpmn:FlowElement", "bpmn:Process"], properties: [text("title_en")] },
    { name: "Known", extends: ["bpmn:Process"], properties: [text("key")] },
    {
      name: "Worked",
      extends: ["bpmn:FlowNode"],
      properties: ["work", "function", "channel", "prepares", "sets", "procedure", "partner", "awaits"].map(text),
    },
    { name: "Lined", extends: ["bpmn:Lane"], properties: [text("function")] },
    { name: "Chosen", extends: ["bpmn:SequenceFlow"], properties: [text("default")] },
    {
      name: "Limit",
      superClass: ["Element"],
      properties: [text("unit"), text("amount"), text("cutoff"), { name: "phases", type: "Then", isMany: true }],
    },
    { name: "Then", superClass: ["Element"], properties: [text("unit"), text("amount")] },
    {
      name: "Datum",
      superClass: ["Element"],
      properties: [
        text("name"), text("kind"), text("title_vi"), text("title_en"),
        { name: "choices", type: "Value", isMany: true },
      ],
    },
    { name: "Value", superClass: ["Element"], properties: ["key", "title_vi", "title_en"].map(text) },
  ],
};
