/* Tables: a button in each heading sorts, a field above filters. */

function prepareTables() {
  document.querySelectorAll("table[data-sortable]").forEach(makeSortable);
  document.querySelectorAll('table[data-filtered]').forEach(makeFiltered);
}

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  if (table.tBodies[0].rows.length < 2) return;
  headings.forEach((heading, column) => {
    const button = html("button", {type: "button", click: () => sortBy(table, headings, column)}, heading.textContent);
    heading.replaceChildren(button);
  });
}

function sortBy(table, headings, column) {
  const isNumeric = headings[column].classList.contains("number");
  const before = headings[column].getAttribute("aria-sort");
  const order = before === "ascending" || (!before && isNumeric) ? "descending" : "ascending";
  headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  headings[column].setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const collator = new Intl.Collator("en", {numeric: true});
  const rows = [...table.tBodies[0].rows].map((row) => {
    const cell = row.cells[column];
    return {row, value: "value" in cell.dataset ? Number(cell.dataset.value) : null, text: cell.textContent};
  });
  rows.sort((a, b) => {
    const both = a.value !== null && b.value !== null;
    return sign * (both ? a.value - b.value : collator.compare(a.text, b.text));
  });
  table.tBodies[0].append(...rows.map((entry) => entry.row));
}

function makeFiltered(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 5) return;
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const status = html("span", {class: "status", role: "status"}, `${rows.length} rows`);
  const field = html("input", {type: "search", autocomplete: "off", spellcheck: "false", input: () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    status.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
  }});
  const label = html("label", {}, "Filter rows", field);
  table.parentElement.before(html("div", {class: "tools"}, label, status));
}
