for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = table.querySelector("tbody.members");
  if (!rows) continue;
  heads.forEach((head, index) => head.querySelector("button").addEventListener("click", () => {
    // Numbers begin with the largest, words with A.
    const sorted = head.getAttribute("aria-sort");
    const up = sorted === "none" ? !head.classList.contains("number") : sorted === "descending";
    const key = (row) => {
      const cell = row.cells[index];
      return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
    };
    // What has no number comes last in both directions.
    const order = (a, b) => {
      const [one, other] = [key(a), key(b)];
      const numbers = [typeof one, typeof other].filter((kind) => kind === "number").length;
      if (numbers === 1) return typeof one === "number" ? -1 : 1;
      const difference = numbers === 2 ? one - other : one.localeCompare(other, "sv");
      return up ? difference : -difference;
    };
    rows.append(...[...rows.rows].sort(order));
    heads.forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }));
}
