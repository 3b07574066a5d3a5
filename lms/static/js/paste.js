// What is pasted into prose from Word and the like arrives as our blocks: headings at the levels
// that prose has, and each table as a table block below. The editor alone would make plain lines
// of both.

const LEVELS = { H1: "h2", H2: "h3", H3: "h3", H4: "h3", H5: "h3", H6: "h3" };
const LOWER_ONLY = { H4: "h3", H5: "h3", H6: "h3" };

document.addEventListener("paste", takeOver, true);

function takeOver(event) {
  const editor = event.target.closest?.(".Draftail-Editor");
  const html = event.clipboardData?.getData("text/html");
  if (!editor || !html || event.isOurs) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  const place = placeOf(editor);
  const tables = place ? takeTables(page) : [];
  if (!renameHeadings(page) && !tables.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pasteAgain(event.target, page);
  for (const [number, table] of tables.entries()) {
    place.stream.insert({ type: "table", value: table }, place.index + 1 + number, {
      animate: true,
    });
  }
}

// The stream that this prose is a block of, where it takes tables, and which of its blocks it is.
function placeOf(editor) {
  let root = editor.parentElement;
  while (root && !root.rootBlock) root = root.parentElement;
  const stream = root?.rootBlock;
  const index = stream?.children?.findIndex((child) => child.element.contains(editor)) ?? -1;
  return stream?.blockDef?.childBlockDefsByName?.table && index >= 0 ? { stream, index } : null;
}

// A text with a first-level heading of its own moves down by one, since ours is the page's title.
function renameHeadings(page) {
  const levels = page.querySelector("h1") ? LEVELS : LOWER_ONLY;
  const headings = [...page.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(
    (heading) => levels[heading.tagName] && levels[heading.tagName] !== heading.localName,
  );
  for (const heading of headings) {
    const renamed = page.createElement(levels[heading.tagName]);
    renamed.append(...heading.childNodes);
    heading.replaceWith(renamed);
  }
  return headings.length > 0;
}

// Takes the tables out of what is pasted. One with a single column is no table but a frame.
function takeTables(page) {
  const found = [...page.querySelectorAll("table")].filter((table) => !table.closest("table table"));
  return found.map((table) => [table, gridOf(table)]).filter(([, grid]) => grid.data[0]?.length > 1)
    .map(([table, grid]) => {
      table.remove();
      return grid;
    });
}

function gridOf(table) {
  const rows = [...table.rows].map((row) => [...row.cells].flatMap(cellsOf));
  const width = Math.max(0, ...rows.map((row) => row.length));
  return {
    data: rows.map((row) => [...row, ...Array(width - row.length).fill("")]),
    table_caption: textOf(table.caption),
    table_header_choice: "both",
    first_row_is_table_header: true,
    first_col_is_header: true,
  };
}

// A cell over several columns keeps its words in the first of them.
function cellsOf(cell) {
  return [textOf(cell), ...Array(Math.max(0, cell.colSpan - 1)).fill("")];
}

function textOf(element) {
  return (element?.textContent ?? "").replace(/\s+/g, " ").trim();
}

function pasteAgain(target, page) {
  const data = new DataTransfer();
  data.setData("text/html", page.documentElement.outerHTML);
  data.setData("text/plain", page.body.textContent);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  const again = new ClipboardEvent("paste", options);
  again.isOurs = true;
  target.dispatchEvent(again);
}
