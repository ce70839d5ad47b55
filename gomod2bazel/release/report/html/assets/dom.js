"use strict";

const SVG = "http://www.w3.org/2000/svg";

/* Return an element of HTML. Texts become text nodes: nothing in the data is read as markup. */
function html(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/* Return an element of SVG. */
function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/* Return a number of bytes as the other parts of the page write it. */
function bytes(size) {
  let unit = "B";
  for (const larger of ["KiB", "MiB", "GiB"]) {
    if (size < 1024) break;
    size /= 1024;
    unit = larger;
  }
  return `${unit === "B" || size >= 10 ? Math.round(size) : size.toFixed(1)} ${unit}`;
}

/* Return a text of at most that many letters; its end, which tells names apart, is kept. */
function shortened(text, letters) {
  if (text.length <= letters) return text;
  return letters < 4 ? "" : `\u2026${text.slice(1 - letters)}`;
}

/* Return a module or import path of at most that many letters: its last elements, as many as there is room for. */
function shortPath(path, letters) {
  let text = path;
  while (text.length > letters && text.includes("/")) text = text.slice(text.indexOf("/") + 1);
  // A major version alone names nothing.
  return shortened(/^v\d+$/.test(text) ? path : text, letters);
}

/* Return a label with a list to choose a binary from; nothing to choose where there is one. */
function binaryChoice(data, binaries, change) {
  if (binaries.length < 2) return null;
  const place = (binary) => (data.names.length > 1 ? `${binary.path}, ${data.names[binary.build]}` : binary.path);
  const options = binaries.map((binary, at) => html("option", {value: at}, `${binary.name} (${place(binary)})`));
  const select = html("select", {change: () => change(binaries[Number(select.value)])}, ...options);
  return html("label", {}, "Binary", select);
}

/* Let one of many elements be reached by Tab, and the others from there by the arrow keys. */
function rove(elements, step) {
  const list = [...elements];
  list.forEach((element, at) => element.setAttribute("tabindex", at === 0 ? "0" : "-1"));
  for (const element of list) {
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        element.dispatchEvent(new MouseEvent("click", {bubbles: true}));
        return;
      }
      const next = step(element, event.key, list);
      if (!next) return;
      event.preventDefault();
      focusOn(list, next);
    });
    element.addEventListener("focus", () => {
      list.forEach((other) => other.setAttribute("tabindex", other === element ? "0" : "-1"));
    });
  }
}

function focusOn(list, element) {
  list.forEach((other) => other.setAttribute("tabindex", other === element ? "0" : "-1"));
  element.focus();
}

/* The usual step: one on or back, or to an end. */
function alongList(element, key, list) {
  const at = list.indexOf(element);
  const steps = {ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: list.length - 1};
  return key in steps ? list[Math.max(0, Math.min(list.length - 1, steps[key]))] : null;
}
