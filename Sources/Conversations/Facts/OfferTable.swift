/// Offered versions, each different set kept once: thousands of connections share the few that a cluster has.
struct OfferTable {
    private var known: [OfferedVersions] = []
    private static let limit = 256

    mutating func shared(_ ranges: [Int16: ClosedRange<Int16>]) -> OfferedVersions {
        if let same = known.first(where: { $0.ranges == ranges }) { return same }
        let new = OfferedVersions(ranges: ranges)
        if known.count < Self.limit { known.append(new) }
        return new
    }
}
