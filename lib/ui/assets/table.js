// Draws one page of a table. Everything a reader can do here is a link: headings sort, names open, numbers turn pages.
// `data` is made by lib/ui/table.py; all text goes through textContent, so markup in a name stays text.

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false && value !== "") node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

// A step inside the app without loading it anew. Streamlit follows the browser's history, so this is one entry in it.
const go = (href) => {
  window.history.pushState({}, "", href);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
};

const link = (href, attributes, ...children) => {
  const anchor = element("a", { href, ...attributes }, ...children);
  anchor.onclick = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    go(anchor.href);
  };
  return anchor;
};

const sparkline = (values) => {
  const top = Math.max(...values, 0);
  const low = Math.min(...values, 0);
  const x = (index) => (values.length > 1 ? (index / (values.length - 1)) * 96 : 48);
  const y = (value) => (top === low ? 19 : 19 - ((value - low) / (top - low)) * 17);
  const line = values.map((value, index) => `${index ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 0 96 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, path] of [["area", `${line}L${x(values.length - 1).toFixed(1)} 20L${x(0).toFixed(1)} 20Z`], ["", line]]) {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    if (name) shape.setAttribute("class", name);
    shape.setAttribute("d", path);
    svg.append(shape);
  }
  return svg;
};

const copier = (text) => {
  const button = element("button", { class: "copy", type: "button", "aria-label": `Copy ${text}`, title: "Copy" }, "⧉");
  button.onclick = (event) => {
    event.stopPropagation();
    navigator.clipboard?.writeText(text).then(() => {
      button.textContent = "✓";
      setTimeout(() => (button.textContent = "⧉"), 1200);
    });
  };
  return button;
};

const content = (cell) => {
  if (typeof cell === "string") return [cell];
  if (cell.spark) return [sparkline(cell.spark)];
  const parts = [];
  if (cell.colour) parts.push(element("span", { class: "swatch", style: `background:${cell.colour}`, "aria-hidden": "true" }));
  if (cell.share !== undefined) {
    const fill = element("i", { style: `width:${Math.max(0, Math.min(1, cell.share)) * 100}%;${cell.tint ? `background:${cell.tint}` : ""}` });
    return [element("span", { class: "bar", "aria-hidden": "true" }, fill)];
  }
  const style = [cell.wrap ? "wrap" : "name", cell.estimate && "est", cell.tone, cell.badge && `badge ${cell.badge}`].filter(Boolean).join(" ");
  const texts = cell.short ? [element("span", { class: "wide" }, cell.text), element("span", { class: "tight" }, cell.short)] : [cell.text];
  const shown = element("span", { class: cell.badge ? style.replace("name ", "") : style, title: cell.hover }, ...texts);
  parts.push(cell.href ? link(cell.href, {}, shown) : shown);
  if (cell.copy) parts.push(copier(cell.copy));
  if (cell.flag) parts.push(element("span", { class: "flag", title: cell.flagHover }, cell.flag));
  if (cell.sub) parts.push(element("span", { class: "sub" }, cell.sub));
  return parts;
};

const kind = (column, tag) =>
  [column.right && "num", column.mono && tag === "td" && "mono", !column.phone && "desk", column.stays && "stays"].filter(Boolean).join(" ");

const heading = (column) => {
  const arrow = { ascending: "↑", descending: "↓" }[column.sorted] ?? "";
  const label = column.sort
    ? link(column.sort, {}, element("span", {}, column.label), element("span", { class: "arrow", "aria-hidden": "true" }, arrow))
    : element("span", {}, column.label);
  return element("th", { scope: "col", class: kind(column, "th"), title: column.about, "aria-sort": column.sorted }, label);
};

const ticker = (row, picked, changed) => {
  const box = element("input", { type: "checkbox", "aria-label": `Choose ${row.cells[0].text ?? row.pick}` });
  box.checked = picked.has(row.pick);
  box.onclick = (event) => event.stopPropagation();
  box.onchange = () => {
    box.checked ? picked.add(row.pick) : picked.delete(row.pick);
    changed();
  };
  const label = element("label", {}, box);
  label.onclick = (event) => event.stopPropagation();
  return label;
};

const line = (row, columns, picks) => {
  const cells = row.cells.map((cell, index) => element("td", { class: kind(columns[index], "td") }, ...content(cell)));
  if (picks) cells.unshift(element("td", { class: "tick" }, ...(row.pick ? [ticker(row, picks.picked, picks.changed)] : [])));
  const node = element("tr", { class: [row.href && "open", row.mark && "mark"].filter(Boolean).join(" ") }, ...cells);
  if (row.href) node.onclick = () => window.getSelection()?.toString() || go(new URL(row.href, document.baseURI).href);
  return node;
};

const pager = (pages) => {
  if (!pages) return null;
  const list = pages.links.map((page) =>
    page.href
      ? link(page.href, { "aria-label": page.about }, page.label)
      : element(page.current ? "b" : "span", { "aria-current": page.current ? "page" : null }, page.label),
  );
  return element("nav", { class: "pager", "aria-label": "Pages of the table" }, element("span", {}, pages.words), element("span", { class: "pages" }, ...list));
};

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".frame");
  root.picked ??= new Set();
  const picks = data.picks ? { picked: root.picked, changed: () => setStateValue("picked", [...root.picked]) } : null;
  const at = root.querySelector(".scroll")?.scrollLeft ?? 0;
  root.className = data.bare ? "frame bare" : "frame";
  const body = data.rows.length
    ? data.rows.map((row) => line(row, data.columns, picks))
    : [element("tr", {}, element("td", { class: "empty", colspan: data.columns.length + (picks ? 1 : 0) }, data.empty))];
  const heads = data.columns.map(heading);
  if (picks) heads.unshift(element("th", { scope: "col", class: "tick" }, element("span", { class: "hidden" }, "Choose")));
  const table = element(
    "table",
    { "aria-label": data.alt },
    element("thead", data.headless ? { hidden: "hidden" } : {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...body),
    data.total ? element("tfoot", {}, line(data.total, data.columns, picks)) : null,
  );
  const scroll = element("div", { class: "scroll", tabindex: data.bare ? null : "0", role: "region", "aria-label": data.alt }, table);
  const box = element("div", { class: "box" }, scroll);
  const hint = () => box.classList.toggle("more", scroll.scrollWidth - scroll.clientWidth - scroll.scrollLeft > 4);
  scroll.onscroll = hint;
  root.replaceChildren(box, ...[pager(data.pages)].filter(Boolean));
  scroll.scrollLeft = at;
  const watch = new ResizeObserver(hint);
  watch.observe(scroll);
  return () => watch.disconnect();
}
