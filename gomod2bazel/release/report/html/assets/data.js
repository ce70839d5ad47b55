/* The data of the page, and what follows from it: which packages and modules a binary needs. */

function readData() {
  return JSON.parse(document.getElementById("report-data").textContent);
}

/* Return the places of the packages that a binary needs, nearer ones first. */
function packagesOf(data, binary) {
  const packages = data.builds[binary.build];
  const seen = new Set(binary.roots);
  for (const at of seen) packages[at][3].forEach((other) => seen.add(other));
  return [...seen];
}

/* Return the modules of a binary but for the standard library, with what each imports and its packages. */
function moduleGraph(data, binary) {
  const packages = data.builds[binary.build];
  const nodes = new Map();
  const isShown = (module) => module >= 0 && data.modules[module][0] !== "std";
  const node = (module) => {
    if (!nodes.has(module)) {
      const [path, version, status, vulnerable] = data.modules[module];
      nodes.set(module, {module, path, version, status, vulnerable, cgo: false, packages: [], imports: new Set(),
        importers: new Set()});
    }
    return nodes.get(module);
  };
  for (const at of packagesOf(data, binary)) {
    const [, module, cgo, imports] = packages[at];
    if (!isShown(module)) continue;
    const from = node(module);
    from.packages.push(at);
    from.cgo = from.cgo || Boolean(cgo);
    for (const other of imports) {
      const to = packages[other][1];
      if (isShown(to) && to !== module) {
        from.imports.add(to);
        node(to).importers.add(module);
      }
    }
  }
  return {nodes, root: binary.roots.length ? packages[binary.roots[0]][1] : -1};
}

/* Return the shortest way of imports from the root to a module. */
function chainTo(graph, target) {
  const before = new Map([[graph.root, null]]);
  for (const at of before.keys()) {
    const node = graph.nodes.get(at);
    for (const other of node ? node.imports : []) if (!before.has(other)) before.set(other, at);
  }
  if (!before.has(target)) return [target];
  const chain = [];
  for (let at = target; at !== null; at = before.get(at)) chain.unshift(at);
  return chain;
}
