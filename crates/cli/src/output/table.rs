//! Tables for terminals: columns as wide as their widest cell, nothing in a cell that moves the cursor.

use usher_console::one_line;

/// A table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a header.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self {
            rows: vec![header.iter().map(|cell| cell.to_uppercase()).collect()],
        }
    }

    /// Adds a row. Cells come from the tenant, so each is made safe for one line.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| one_line(&cell)).into());
    }

    /// The table as text.
    pub(crate) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["Name", "Mail"]);
        table.row(["Dvořák".into(), "m@x.example".into()]);
        assert_eq!(table.text(), "NAME    MAIL\nDvořák  m@x.example\n");
    }

    #[test]
    fn nothing_in_a_cell_moves_the_cursor() {
        let mut table = Table::new(&["Name"]);
        table.row(["\u{1b}[2Jx\u{202e}y\nz".into()]);
        assert_eq!(table.text(), "NAME\n[2Jxy z\n");
    }
}
