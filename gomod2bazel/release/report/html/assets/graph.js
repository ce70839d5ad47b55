/* The graph of a binary's modules, in columns: a module is to the right of all that import it. */

const NODE = {width: 196, height: 30, across: 74, down: 12, letters: 27};

function drawGraph(place, data) {
  const binaries = data.binaries.filter((binary) => binary.roots.length);
  if (!binaries.length) return;
  const canvas = html("div", {class: "canvas", tabindex: "-1"});
  const panel = html("div", {class: "panel", role: "status", "aria-label": "The chosen module"});
  const status = html("span", {class: "status"});
  let zoom = 1;
  let picture = null;
  const scale = (factor) => {
    zoom = factor;
    if (!picture) return;
    picture.setAttribute("width", picture.dataset.width * zoom);
    picture.setAttribute("height", picture.dataset.height * zoom);
  };
  const button = (text, click) => html("button", {type: "button", click}, text);

  function show(binary) {
    const graph = moduleGraph(data, binary);
    const plan = layered(graph);
    picture = graphPicture(graph, plan, (module) => describe(panel, data, binary, graph, module, picture));
    canvas.replaceChildren(picture);
    const others = packagesOf(data, binary).length;
    status.textContent = `${graph.nodes.size} modules, ${others} packages; the standard library is not drawn`;
    panel.replaceChildren(html("h4", {}, "Choose a module"),
      html("p", {}, "Arrow keys go from box to box, Enter chooses one, Escape clears the choice."));
    scale(1);
    const root = picture.querySelector(`[data-module="${graph.root}"]`);
    canvas.scrollTop = root ? Number(root.dataset.top) - canvas.clientHeight / 2 : 0;
  }

  place.append(
    html("div", {class: "tools"}, binaryChoice(data, binaries, show), button("Smaller", () => scale(zoom / 1.25)),
      button("Larger", () => scale(zoom * 1.25)),
      button("Fit", () => scale(Math.min(1, canvas.clientWidth / picture.dataset.width))), status),
    html("div", {class: "graph"}, canvas, panel));
  place.hidden = false;
  show(binaries[0]);
}

/* Return the columns of modules, the arrows to draw, and where each module is. */
function layered(graph) {
  const groups = cycles(graph);
  const below = new Map();
  for (const [module, node] of graph.nodes) {
    const from = groups.get(module);
    if (!below.has(from)) below.set(from, new Set());
    for (const other of node.imports) if (groups.get(other) !== from) below.get(from).add(groups.get(other));
  }
  const reach = new Map();
  const depth = new Map();
  const order = [...below.keys()].sort((a, b) => a - b);
  // Groups are numbered with what they import first.
  for (const group of order) {
    const all = new Set();
    for (const other of below.get(group)) {
      all.add(other);
      reach.get(other).forEach((far) => all.add(far));
    }
    reach.set(group, all);
  }
  for (const group of order.reverse()) {
    if (!depth.has(group)) depth.set(group, 0);
    for (const other of below.get(group)) depth.set(other, Math.max(depth.get(other) || 0, depth.get(group) + 1));
  }
  const isImplied = (from, to) => [...below.get(from)].some((other) => other !== to && reach.get(other).has(to));
  const columns = [];
  for (const module of [...graph.nodes.keys()].sort((a, b) => a - b)) {
    const column = depth.get(groups.get(module));
    (columns[column] = columns[column] || []).push(module);
  }
  const edges = [];
  for (const [module, node] of graph.nodes) {
    for (const other of node.imports) {
      const [from, to] = [groups.get(module), groups.get(other)];
      edges.push({from: module, to: other, drawn: from === to || !isImplied(from, to)});
    }
  }
  const filledColumns = columns.filter(Boolean);
  sweep(filledColumns, edges);
  return {columns: filledColumns, edges};
}

/* Return the group of each module: modules that import each other are in one (Tarjan's algorithm). */
function cycles(graph) {
  const groups = new Map();
  const index = new Map();
  const low = new Map();
  const stack = [];
  let number = 0;
  for (const start of graph.nodes.keys()) {
    if (index.has(start)) continue;
    const calls = [[start, [...graph.nodes.get(start).imports]]];
    index.set(start, index.size); low.set(start, index.get(start)); stack.push(start);
    while (calls.length) {
      const [module, left] = calls[calls.length - 1];
      const other = left.pop();
      if (other === undefined) {
        calls.pop();
        if (calls.length) {
          const above = calls[calls.length - 1][0];
          low.set(above, Math.min(low.get(above), low.get(module)));
        }
        if (low.get(module) === index.get(module)) {
          let member;
          do { member = stack.pop(); groups.set(member, number); } while (member !== module);
          number += 1;
        }
      } else if (!index.has(other)) {
        index.set(other, index.size); low.set(other, index.get(other)); stack.push(other);
        calls.push([other, [...graph.nodes.get(other).imports]]);
      } else if (!groups.has(other)) {
        low.set(module, Math.min(low.get(module), index.get(other)));
      }
    }
  }
  return groups;
}

/* Order each column by the middle of what its modules are tied to, several times: fewer arrows then cross. */
function sweep(columns, edges) {
  const ties = new Map();
  for (const {from, to, drawn} of edges) {
    if (!drawn) continue;
    for (const [a, b] of [[from, to], [to, from]]) ties.set(a, [...(ties.get(a) || []), b]);
  }
  const height = new Map();
  const settle = () => columns.forEach((column) => column.forEach((module, at) => height.set(module, at - column.length / 2)));
  settle();
  for (let round = 0; round < 6; round += 1) {
    for (const column of round % 2 ? [...columns].reverse() : columns) {
      const middle = new Map(column.map((module) => {
        const near = ties.get(module) || [];
        const sum = near.reduce((total, other) => total + height.get(other), 0);
        return [module, near.length ? sum / near.length : height.get(module)];
      }));
      column.sort((a, b) => middle.get(a) - middle.get(b) || a - b);
      column.forEach((module, at) => height.set(module, at - column.length / 2));
    }
  }
}

function graphPicture(graph, plan, choose) {
  const tallest = Math.max(...plan.columns.map((column) => column.length));
  const height = tallest * (NODE.height + NODE.down) + 2 * NODE.down;
  const width = plan.columns.length * (NODE.width + NODE.across) - NODE.across + 40;
  const places = new Map();
  plan.columns.forEach((column, x) => {
    const top = (height - column.length * (NODE.height + NODE.down)) / 2;
    column.forEach((module, y) => places.set(module,
      {x: 20 + x * (NODE.width + NODE.across), y: top + y * (NODE.height + NODE.down), column: x, row: y}));
  });
  const edges = plan.edges.map((edge) => {
    const [a, b] = [places.get(edge.from), places.get(edge.to)];
    const start = [a.x + NODE.width, a.y + NODE.height / 2];
    const end = a.column < b.column ? [b.x, b.y + NODE.height / 2] : [b.x + NODE.width, b.y + NODE.height / 2];
    const bend = Math.max(40, Math.abs(end[0] - start[0]) / 2);
    const into = a.column < b.column ? end[0] - bend : end[0] + bend;
    return svg("path", {class: "edge", "data-from": edge.from, "data-to": edge.to, visibility: edge.drawn ? "visible" : "hidden",
      "data-drawn": edge.drawn ? "1" : "0", "marker-end": "url(#arrow)",
      d: `M${start[0]} ${start[1]}C${start[0] + bend} ${start[1]} ${into} ${end[1]} ${end[0]} ${end[1]}`});
  });
  const boxes = [];
  for (const column of plan.columns) {
    for (const module of column) boxes.push(moduleBox(graph.nodes.get(module), places.get(module), choose));
  }
  const marker = svg("marker", {id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto"},
    svg("path", {d: "M0 0L8 4L0 8z", fill: "context-stroke"}));
  const picture = svg("svg", {width, height, viewBox: `0 0 ${width} ${height}`, "data-width": width, "data-height": height,
    role: "group", "aria-label": "Modules, each to the right of those that import it",
    keydown: (event) => { if (event.key === "Escape") choose(null); }}, svg("defs", {}, marker), ...edges, ...boxes);
  rove(boxes, (box, key, list) => nextBox(box, key, list, plan));
  return picture;
}

function moduleBox(node, place, choose) {
  const tags = [node.vulnerable ? "vulnerable" : "", node.status === "unverified" ? "unverified" : "", node.cgo ? "cgo" : ""]
    .filter(Boolean);
  const label = `${node.path} ${node.version || "(local)"}${tags.length ? `: ${tags.join(", ")}` : ""}`;
  const short = shortPath(node.path.replace(/^github\.com\//, ""), NODE.letters);
  const texts = tags.length
    ? [svg("text", {x: 8, y: 13}, short), svg("text", {x: 8, y: 25, class: "tag"}, tags.join(", "))]
    : [svg("text", {x: 8, y: 19}, short)];
  return svg("g", {class: `module ${tags.join(" ")}`, role: "button", "aria-pressed": "false", "aria-label": label,
    "data-module": node.module, "data-column": place.column, "data-row": place.row, "data-top": place.y,
    transform: `translate(${place.x} ${place.y})`, click: () => choose(node.module)},
  svg("title", {}, label), svg("rect", {width: NODE.width, height: NODE.height, rx: 5}), ...texts);
}

function nextBox(box, key, list, plan) {
  const column = Number(box.dataset.column);
  const row = Number(box.dataset.row);
  const at = (x, y) => {
    const modules = plan.columns[x];
    if (!modules) return null;
    const module = modules[Math.max(0, Math.min(modules.length - 1, y))];
    return list.find((other) => Number(other.dataset.module) === module);
  };
  const beside = (x) => plan.columns[x] && at(x, Math.round((row / plan.columns[column].length) * plan.columns[x].length));
  const moves = {ArrowDown: () => at(column, row + 1), ArrowUp: () => at(column, row - 1),
    ArrowRight: () => beside(column + 1), ArrowLeft: () => beside(column - 1),
    Home: () => list[0], End: () => list[list.length - 1]};
  return moves[key] ? moves[key]() : null;
}

/* Light what a module is tied to, and tell of it in the panel. */
function describe(panel, data, binary, graph, module, picture) {
  const node = module === null ? null : graph.nodes.get(module);
  const near = new Set(node ? [...node.imports, ...node.importers] : []);
  picture.classList.toggle("choosing", Boolean(node));
  picture.querySelectorAll(".module").forEach((box) => {
    const at = Number(box.dataset.module);
    box.classList.toggle("chosen", at === module);
    box.classList.toggle("near", near.has(at));
    box.setAttribute("aria-pressed", String(at === module));
  });
  picture.querySelectorAll(".edge").forEach((edge) => {
    const lit = node && (Number(edge.dataset.from) === module || Number(edge.dataset.to) === module);
    edge.classList.toggle("lit", Boolean(lit));
    edge.setAttribute("visibility", lit || edge.dataset.drawn === "1" ? "visible" : "hidden");
  });
  if (!node) {
    panel.replaceChildren(html("h4", {}, "Choose a module"));
    return;
  }
  const go = (other) => html("li", {}, html("button", {type: "button", click: () => {
    const box = picture.querySelector(`[data-module="${other}"]`);
    box.scrollIntoView({block: "center", inline: "center"});
    describe(panel, data, binary, graph, other, picture);
  }}, data.modules[other][0]));
  const byPath = (a, b) => (data.modules[a][0] < data.modules[b][0] ? -1 : 1);
  const list = (title, modules) => [html("h5", {}, `${title} (${modules.length})`),
    html("ul", {}, ...modules.map(go))];
  const sizes = new Map(binary.sizes || []);
  const packages = node.packages.map((at) => data.builds[binary.build][at].concat([sizes.get(at)]))
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  panel.replaceChildren(
    html("h4", {}, node.path),
    html("p", {}, [node.version || "local tree", node.status, node.cgo ? "cgo" : "",
      node.vulnerable ? `${node.vulnerable} vulnerability records` : ""].filter(Boolean).join(", ")),
    ...list("Import chain", chainTo(graph, module)),
    ...list("Imports", [...node.imports].sort(byPath)),
    ...list("Imported by", [...node.importers].sort(byPath)),
    html("h5", {}, `Packages (${packages.length})`),
    html("ul", {}, ...packages.map(([path, , cgo, , size]) => html("li", {}, html("code", {}, path),
      `${cgo ? " cgo" : ""}${size ? ` ${bytes(size)}` : ""}`))));
}
