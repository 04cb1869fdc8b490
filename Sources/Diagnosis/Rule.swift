/// One rule: reads the case and says what it finds. It has no state of its own, and does not know whether it runs at a
/// capture's end or at a tick of a live one.
protocol Rule: Sendable {
    func judge(_ view: CaseView) -> [Verdict]
}

/// A rule about ends of connections. What it explains, no rule that yields to it (`Precedence`) speaks of.
protocol EndRule: Sendable {
    /// - Parameter ends: those that no rule before it has explained.
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict]
}

/// What an `EndRule` says of one connection.
struct EndVerdict {
    /// Of the connection in the view's records.
    var place: Int
    var verdict: Verdict
    /// The connection's end is explained by it. Where it is not, others may speak of it too.
    var explains = true
    /// Other connections whose ends it explains too.
    var alsoExplains: [Int] = []
}

/// The connections whose ends nobody has explained so far.
struct OpenEnds {
    private let count: Int
    private var explained: Set<Int> = []

    init(_ view: CaseView) { count = view.records.count }

    /// Their places in the view's records.
    var places: [Int] { (0..<count).filter { !explained.contains($0) } }

    func contains(_ place: Int) -> Bool { !explained.contains(place) }

    mutating func close(_ verdicts: [EndVerdict]) {
        for verdict in verdicts where verdict.explains {
            explained.insert(verdict.place)
            explained.formUnion(verdict.alsoExplains)
        }
    }

    /// What one rule says of each of them.
    func judge(_ verdict: (Int) -> Verdict?) -> [EndVerdict] {
        places.compactMap { place in
            // What is silent leaves the end to others: an idle close may still be told.
            verdict(place).map { EndVerdict(place: place, verdict: $0, explains: !$0.isSilent) }
        }
    }
}
