internal import ReportModel

/// What became of Produces that got no response.
enum OutcomeWords {
    /// Of several that fared differently: how many, the worst first.
    static func sentence(_ produces: [LostRequest]) -> String {
        let kinds: [(outcome: Outcome, one: String, many: String)] = [
            (.storedTwice, "was stored twice", "were stored twice"),
            (.possiblyTwice, "may be stored twice", "may be stored twice"),
            (.notRetried, "was not sent again", "were not sent again"),
            (.noEffect, "was not stored", "were not stored"),
            (.storedOnce, "was stored once", "were stored once"),
        ]
        let counted = kinds.compactMap { kind -> String? in
            let count = produces.count { kind.outcome == $0.outcome }
            return count > 0 ? "\(Format.count(count)) \(count == 1 ? kind.one : kind.many)" : nil
        }
        let rest = produces.count { request in !kinds.contains { $0.outcome == request.outcome } }
        let open = rest > 0 ? ["of \(Format.count(rest)) it is not known"] : []
        return "Of these, \(Format.list(counted + open, limit: kinds.count + 1))."
    }
}
