/* The treemap of a binary: the area of a tile is its share of the file. */

const TREEMAP_HEIGHT = 440;
const MOST_TILES = 90;

function drawTreemap(place, data) {
  const binaries = data.binaries.filter((binary) => binary.sizes);
  if (!binaries.length) return;
  const canvas = html("div", {class: "canvas"});
  const status = html("span", {class: "status", role: "status"});
  const whole = html("input", {type: "checkbox", change: () => show(current, null)});
  const back = html("button", {type: "button", hidden: "", click: () => show(current, null, true)}, "Back to modules");
  const tools = html("div", {class: "tools"}, binaryChoice(data, binaries, (binary) => show(binary, null)),
    html("label", {}, whole, "Also what belongs to no package"), back, status);
  let current = binaries[0];

  function show(binary, module, focus) {
    current = binary;
    const tiles = module === null ? moduleTiles(data, binary, whole.checked) : packageTiles(data, binary, module);
    const sum = tiles.reduce((total, tile) => total + tile.size, 0);
    back.hidden = module === null;
    const what = module === null ? binary.name : moduleName(data, module);
    status.textContent = `${what}: ${bytes(sum)} drawn, of ${bytes(binary.total)}; ${binary.method}`;
    const width = Math.max(place.clientWidth - 2, 300);
    canvas.replaceChildren(treemap(tiles, width, binary, (tile) => {
      if (tile.module !== undefined) show(binary, tile.module, true);
    }));
    if (focus) canvas.querySelector("[role=button], [role=img]")?.focus();
  }

  place.append(tools, canvas);
  place.hidden = false;
  show(current, null);
}

function moduleName(data, module) {
  const name = module < 0 ? "std" : data.modules[module][0];
  return name === "std" ? "standard library" : name;
}

function moduleTiles(data, binary, whole) {
  const sums = new Map();
  for (const [at, size] of binary.sizes) {
    const module = data.builds[binary.build][at][1];
    sums.set(module, (sums.get(module) || 0) + size);
  }
  const tiles = [...sums].map(([module, size]) => ({name: moduleName(data, module), size, module}));
  const rest = whole ? binary.other.map(([name, size]) => ({name, size, rest: true})) : [];
  return lumped([...tiles, ...rest]);
}

function packageTiles(data, binary, module) {
  const packages = data.builds[binary.build];
  return lumped(binary.sizes.filter(([at]) => packages[at][1] === module)
    .map(([at, size]) => ({name: packages[at][0], size})));
}

/* Return the tiles, largest first; small ones are one together. */
function lumped(tiles) {
  const sorted = tiles.filter((tile) => tile.size > 0).sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
  const total = sorted.reduce((sum, tile) => sum + tile.size, 0);
  const kept = sorted.filter((tile, at) => at < MOST_TILES && tile.size >= total / 800);
  const small = sorted.slice(kept.length);
  if (!small.length) return kept;
  const size = small.reduce((sum, tile) => sum + tile.size, 0);
  return [...kept, {name: `${small.length} smaller ones`, size, rest: true}];
}

function treemap(tiles, width, binary, choose) {
  const boxes = squarified(tiles, width, TREEMAP_HEIGHT);
  const drawn = boxes.map(({tile, x, y, w, h}, at) => {
    const share = ((100 * tile.size) / binary.total).toFixed(1);
    const label = `${tile.name}: ${bytes(tile.size)}, ${share}% of the file`;
    const isChoice = tile.module !== undefined;
    const group = svg("g", {class: `tile ${tile.rest ? "rest" : `hue-${at % 8}`}`, role: isChoice ? "button" : "img",
      "aria-label": label, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, click: () => choose(tile)},
    svg("title", {}, label), svg("rect", {width: Math.max(w, 0).toFixed(1), height: Math.max(h, 0).toFixed(1)}));
    const letters = Math.floor((w - 10) / 6.6);
    const amount = [`${bytes(tile.size)}, ${share}%`, bytes(tile.size)].find((text) => text.length <= letters);
    if (h > 18 && letters > 4) group.append(svg("text", {x: 6, y: 15}, shortPath(tile.name, letters)));
    if (h > 34 && amount) group.append(svg("text", {x: 6, y: 30, class: "amount"}, amount));
    return group;
  });
  const picture = svg("svg", {width, height: TREEMAP_HEIGHT, viewBox: `0 0 ${width} ${TREEMAP_HEIGHT}`}, ...drawn);
  rove(drawn, alongList);
  return picture;
}

/* Lay tiles out in rows whose boxes are as square as can be (Bruls, Huizing, van Wijk: Squarified Treemaps). */
function squarified(tiles, width, height) {
  const total = tiles.reduce((sum, tile) => sum + tile.size, 0);
  const boxes = [];
  let area = {x: 0, y: 0, w: width, h: height};
  let left = total;
  let rest = [...tiles];
  while (rest.length && left > 0) {
    const side = Math.min(area.w, area.h);
    const scale = (area.w * area.h) / left;
    let count = 1;
    while (count < rest.length && worst(rest.slice(0, count + 1), scale, side) <= worst(rest.slice(0, count), scale, side)) {
      count += 1;
    }
    const row = rest.slice(0, count);
    const sum = row.reduce((size, tile) => size + tile.size, 0);
    const depth = (sum * scale) / side;
    let at = 0;
    for (const tile of row) {
      const length = (tile.size / sum) * side;
      boxes.push(area.w >= area.h
        ? {tile, x: area.x, y: area.y + at, w: depth, h: length}
        : {tile, x: area.x + at, y: area.y, w: length, h: depth});
      at += length;
    }
    area = area.w >= area.h
      ? {x: area.x + depth, y: area.y, w: area.w - depth, h: area.h}
      : {x: area.x, y: area.y + depth, w: area.w, h: area.h - depth};
    left -= sum;
    rest = rest.slice(count);
  }
  return boxes;
}

function worst(row, scale, side) {
  const sizes = row.map((tile) => tile.size * scale);
  const sum = sizes.reduce((total, size) => total + size, 0);
  const largest = (side * side * sizes[0]) / (sum * sum);
  const smallest = (sum * sum) / (side * side * sizes[sizes.length - 1]);
  return Math.max(largest, smallest);
}
