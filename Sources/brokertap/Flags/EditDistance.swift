/// How far apart two words are, to guess what was meant.
enum EditDistance {
    /// The nearest of the words; nil if none is near enough to be a slip.
    static func nearest(to word: String, in words: [String]) -> String? {
        let ranked = words.map { (word: $0, distance: between(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(3, word.count / 2)) ? best.word : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    static func between(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8.prefix(64)), Array(b.utf8.prefix(64)))
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
