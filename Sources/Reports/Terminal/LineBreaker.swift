/// Breaks text into rows that are never wider than asked.
enum LineBreaker {
    /// - Parameter text: already escaped, one paragraph.
    static func rows(_ text: String, columns: Int) -> [String] {
        let columns = max(columns, 8)
        var (rows, row, used) = ([String](), "", 0)
        for word in text.split(separator: " ") {
            for (i, piece) in pieces(String(word), columns: columns).enumerated() {
                let width = Visible.width(piece)
                let gap = i == 0 && used > 0 ? 1 : 0
                if used + gap + width > columns {
                    rows.append(row)
                    (row, used) = (piece, width)
                } else {
                    row += (gap == 1 ? " " : "") + piece
                    used += gap + width
                }
            }
        }
        if !row.isEmpty || rows.isEmpty { rows.append(row) }
        return rows
    }

    /// A word that is wider than a row falls apart behind commas, else where it must; a port stays whole.
    private static func pieces(_ word: String, columns: Int) -> [String] {
        if Visible.width(word) <= columns { return [word] }
        var parts: [String] = [""]
        for character in word {
            parts[parts.count - 1].append(character)
            if character == "," { parts.append("") }
        }
        return parts.filter { !$0.isEmpty }.flatMap {
            Visible.width($0) <= columns ? [$0] : chopped($0, columns: columns)
        }
    }

    private static func chopped(_ word: String, columns: Int) -> [String] {
        let port = String(Visible.portSuffix(of: word))
        var (parts, part, used) = ([String](), String.UnicodeScalarView(), 0)
        for scalar in word.dropLast(port.count).unicodeScalars {
            let width = Visible.width(String(scalar))
            if used + width > columns {
                parts.append(String(part))
                (part, used) = (String.UnicodeScalarView(), 0)
            }
            part.append(scalar)
            used += width
        }
        if used + port.utf8.count > columns { return parts + [String(part), port] }
        return parts + [String(part) + port]
    }
}
