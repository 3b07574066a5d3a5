// On a phone a row of a staff list stands as a block, without the head of its table above it.
// So each cell that holds something is given the name of its column, which admin.css shows beside it there.

nameCells();
document.addEventListener("w-swap:success", nameCells); // a list that was searched or filtered

function nameCells() {
  for (const table of document.querySelectorAll("main table.listing")) {
    const names = [...table.querySelectorAll("thead tr:last-child > *")].map(words);
    for (const row of table.querySelectorAll("tbody tr")) {
      if (row.cells.length !== names.length) continue;
      names.forEach((name, place) => {
        const cell = row.cells[place];
        if (name && place && (words(cell) || cell.firstElementChild)) cell.dataset.name = name;
      });
    }
  }
}

function words(cell) {
  return cell.textContent.replace(/\s+/g, " ").trim();
}
