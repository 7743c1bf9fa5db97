// Small helps for public pages; every page works without them.
import { Checkboxes, ErrorSummary, Radios, SkipLink } from "./govuk.js";

document.body.classList.add("govuk-frontend-supported");
for (const Part of [Checkboxes, ErrorSummary, Radios, SkipLink]) {
  for (const root of document.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
    new Part(root);
  }
}
